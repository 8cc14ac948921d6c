"""The Windows side's own clock, which may be wrong and is in its own time zone."""

import datetime
import random
import threading

from psrpcore import types as ps


class WindowsClock:
    """Strictly increasing 100-nanosecond stamps, offset from this machine's clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: datetime.datetime | None = None
        # Seconds that the Windows hosts are ahead of this machine.
        self.offset = 0.0
        # Minutes east of Greenwich; None sends times as UTC; "unspecified" sends no zone.
        self.zone: int | str | None = -480

    def now(self) -> datetime.datetime:
        """The present time, later than every stamp before it."""
        with self._lock:
            now = datetime.datetime.now(datetime.timezone.utc)
            now += datetime.timedelta(seconds=self.offset)
            if self._last is not None and now <= self._last:
                now = self._last + datetime.timedelta(microseconds=1)
            self._last = now
            return now

    def date_time(self, moment: datetime.datetime, exact: bool = False) -> ps.PSDateTime:
        """The stamp as a DateTime of the Windows hosts' time zone, with seven digits.

        `exact`: a moment that was not taken from this clock, so there is no seventh digit.
        """
        if self.zone == "unspecified":
            local = moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        elif self.zone is None:
            local = moment.astimezone(datetime.timezone.utc)
        else:
            zone = datetime.timezone(datetime.timedelta(minutes=int(self.zone)))
            local = moment.astimezone(zone)
        # The seventh digit is made from the stamp itself, so that one stamp is one value.
        digit = random.Random(moment.timestamp()).randrange(1, 10)
        made = ps.PSDateTime(local)
        made.nanosecond = 0 if exact else digit * 100
        return made
