"""An MIT Kerberos realm: a KDC on 127.0.0.1, service keys, and one user."""

import os
import secrets

from .processes import Server, on_free_port, run, write

REALM = "EDGE.TEST"
SERVICES = ("HTTP", "WSMAN", "host")
USER = "edgewarden"


class Realm:
    """Files are in one folder: krb5.conf, the services' keytab (http.keytab), and the client's
    ccache and client.keytab, which are there only when the identity says so."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.principal = f"{USER}@{REALM}"
        self._kdc: Server | None = None

    def _path(self, name: str) -> str:
        return os.path.join(self._folder, name)

    @property
    def _environment(self) -> dict:
        return {
            "KRB5_CONFIG": self._path("krb5.conf"),
            "KRB5_KDC_PROFILE": self._path("kdc.conf"),
            "KRB5CCNAME": f"FILE:{self._path('ccache')}",
        }

    def start(self) -> None:
        """Makes the database and starts the KDC."""
        self._configure(88)
        run(
            *("kdb5_util", "create", "-s", "-r", REALM, "-P", secrets.token_hex(12)),
            environment=self._environment,
        )
        for service in SERVICES:
            self._admin(f"addprinc -randkey {service}/localhost")
            self._admin(f"ktadd -k {self._path('http.keytab')} {service}/localhost")
        self._admin(f"addprinc -randkey {USER}")

        def attempt(port: int) -> Server:
            self._configure(port)
            return Server(
                ["krb5kdc", "-n", "-P", self._path("kdc.pid")],
                port,
                self._path("kdc.out"),
                self._environment,
            )

        self._kdc = on_free_port(attempt)

    def _configure(self, port: int) -> None:
        write(self._path("krb5.conf"), _CLIENT.format(realm=REALM, port=port), 0o644)
        write(
            self._path("kdc.conf"), _SERVER.format(realm=REALM, port=port, folder=self._folder)
        )

    def stop(self) -> None:
        """Ends the KDC."""
        if self._kdc is not None:
            self._kdc.stop()

    def set_identity(self, kind: str) -> None:
        """What the client has: `none`, `ticket`, `keytab`, `old-keytab` (its key was changed at
        the KDC since), or `strange-keytab` (of an account that the KDC does not know)."""
        for name in ("ccache", "client.keytab"):
            if os.path.exists(self._path(name)):
                os.unlink(self._path(name))
        if kind == "none":
            return
        keytab = self._path("client.keytab")
        user = USER
        if kind == "strange-keytab":
            user = "stranger"
            self._admin(f"addprinc -randkey {user}")
        self._admin(f"ktadd -k {keytab} {user}")
        if kind == "strange-keytab":
            self._admin(f"delprinc -force {user}")
        if kind == "old-keytab":
            self._admin(f"cpw -randkey {user}")
        if kind == "ticket":
            run("kinit", "-kt", keytab, user, environment=self._environment)
            os.unlink(keytab)

    def _admin(self, query: str) -> None:
        said = run("kadmin.local", "-q", query, environment=self._environment)
        if "while" in said and "WARNING" not in said:
            raise RuntimeError(f"kadmin.local: {said.strip()}")


_CLIENT = """[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  {realm} = {{
    kdc = 127.0.0.1:{port}
  }}
[domain_realm]
  localhost = {realm}
"""

_SERVER = """[kdcdefaults]
  kdc_listen = 127.0.0.1:{port}
  kdc_tcp_listen = 127.0.0.1:{port}
[realms]
  {realm} = {{
    database_name = {folder}/principal
    key_stash_file = {folder}/stash
    supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
  }}
[logging]
  kdc = FILE:{folder}/kdc.log
"""
