"""Faults at the moment of a call."""

import threading
import time

from pypsrp.powershell import RunspacePool

from .testbed import COMPLETED, FAILED, POOL1, POOL2, DoubleCase, invoke


class Faults(DoubleCase):
    def set_route(self, **more):
        return self.double.run("Set-CsSite", Identity="Redmond", FederationRoute=POOL2, **more)

    def test_what_if_and_confirm(self) -> None:
        self.assertEqual(self.set_route(WhatIf=True).state, COMPLETED)
        self.assertEqual(self.set_route(Confirm=True).state, FAILED)
        self.double.control("switch", letter="confirm", value="always")
        self.assertEqual(self.set_route().state, FAILED)
        self.assertEqual(self.route(), POOL1)
        self.assertEqual(self.set_route(Confirm=False).state, COMPLETED)
        self.assertEqual(self.route(), POOL2)

    def test_failures_before_and_after_the_act(self) -> None:
        for terminating in (False, True):
            for after in (False, True):
                with self.subTest(terminating=terminating, after=after):
                    self.double.control("reset")
                    self.double.control(
                        "fail",
                        cmdlet="set-cssite",
                        times=1,
                        terminating=terminating,
                        after_act=after,
                    )
                    answer = self.set_route()
                    self.assertEqual(answer.state, FAILED if terminating else COMPLETED)
                    self.assertEqual(len(answer.errors), 1)
                    self.assertEqual(self.route(), POOL2 if after else POOL1)
                    self.assertEqual(self.calls("Set-CsSite")[0]["applied"], after)
                    self.assertEqual(self.set_route().errors, [])

    def test_a_held_call_acts_when_released(self) -> None:
        for after in (False, True):
            with self.subTest(after=after):
                self.double.control("reset")
                self.double.control("hold", cmdlet="Set-CsSite", after=after)
                thread = threading.Thread(target=self.set_route)
                thread.start()
                held = self.double.control("held", wait=5)
                self.assertEqual(held[0]["state"], "held-after" if after else "held-before")
                self.assertEqual(self.route(), POOL2 if after else POOL1)
                released = self.double.control("release", cmdlet="Set-CsSite")
                self.assertEqual(released, {"released": 1})
                thread.join(10)
                self.assertEqual(self.route(), POOL2)

    def test_a_held_call_can_be_aborted(self) -> None:
        self.double.control("hold", cmdlet="Set-CsSite")
        thread = threading.Thread(target=self.set_route)
        thread.start()
        self.double.control("held", wait=5)
        self.double.control("release", cmdlet="Set-CsSite", abort=True)
        thread.join(10)
        self.assertEqual((self.route(), self.calls("Set-CsSite")[0]["state"]), (POOL1, "stopped"))

    def test_a_lost_answer_acts_and_cuts(self) -> None:
        self.double.control("drop-answer", cmdlet="Set-CsSite")
        begun = time.monotonic()
        with self.double.wsman() as transport:
            pool = RunspacePool(transport)
            pool.open()
            answer = invoke(pool, "Set-CsSite", Identity="Redmond", FederationRoute=POOL2)
            self.assertIsNotNone(answer.raised)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(self.route(), POOL2)
        self.assertEqual(self.calls("Set-CsSite")[0]["state"], "dropped")
        self.assertEqual(self.double.control("shells")["open"], [])
