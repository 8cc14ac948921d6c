"""Apache in front of one endpoint of the Windows double: it authenticates by Kerberos or by client
certificate, and goes on to the double with the double's own Basic credentials."""

import base64
import glob
import os
import shutil

from .processes import Server, on_free_port, write

MODULES = "/usr/lib/apache2/modules"
LOADED = (
    *("mpm_event", "authn_core", "authz_core", "authz_user", "auth_gssapi", "ssl"),
    *("socache_shmcb", "proxy", "proxy_http", "headers", "alias"),
)
MUTUAL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"


class Front:
    """One Apache on a free port of localhost."""

    def __init__(
        self,
        folder: str,
        kind: str,
        backend: str,
        ca: str,
        user: str,
        password: str,
        ahead: int = 0,
    ) -> None:
        """`kind` is `kerberos` or `certificate`; `ahead`: hours that its clock is ahead."""
        self._folder = folder
        self._kind = kind
        # Apache compares host names with names alone, and the double's certificate has this one.
        self._backend = backend.replace("127.0.0.1", "localhost")
        self._ca = ca
        self._basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._ahead = ahead
        self.port = 0
        self._server: Server | None = None

    def start(self, bed: str) -> None:
        """Starts it; `bed` has keys and certificates."""
        os.makedirs(self._folder, exist_ok=True)
        keytab = os.path.join(self._folder, "http.keytab")
        shutil.copyfile(os.path.join(bed, "http.keytab"), keytab)
        os.chmod(keytab, 0o600)
        if os.geteuid() == 0:
            os.chmod(self._folder, 0o711)
            shutil.chown(keytab, "www-data")
        environment = {"KRB5_CONFIG": os.path.join(bed, "krb5.conf")}
        if self._ahead:
            # Not by the tool of that name, which stays as the parent and keeps signals to itself.
            environment |= {
                "LD_PRELOAD": glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")[0],
                "FAKETIME": f"+{self._ahead}h",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        configuration = os.path.join(self._folder, "httpd.conf")
        log = os.path.join(self._folder, "out.log")
        command = ["apache2", "-f", configuration, "-D", "FOREGROUND"]

        def attempt(port: int) -> Server:
            self.port = port
            write(configuration, self._configuration(bed, keytab))
            return Server(command, port, log, environment)

        self._server = on_free_port(attempt)

    def stop(self) -> None:
        """Ends it."""
        if self._server is not None:
            self._server.stop()

    def log(self) -> list[str]:
        """Who asked, and with what status, per request."""
        with open(os.path.join(self._folder, "access.log"), encoding="utf-8") as file:
            return file.read().splitlines()

    def _configuration(self, bed: str, keytab: str) -> str:
        lines = [f"LoadModule {m}_module {MODULES}/mod_{m}.so" for m in LOADED]
        if os.geteuid() == 0:
            lines += ["User www-data", "Group www-data"]
        guard = self._kerberos(keytab) if self._kind == "kerberos" else self._certificate(bed)
        return "\n".join(lines) + f"""
ServerRoot {self._folder}
ServerName localhost
PidFile {self._folder}/httpd.pid
Mutex file:{self._folder} default
ErrorLog {self._folder}/error.log
LogFormat "%u %>s" who
CustomLog {self._folder}/access.log who
Listen 127.0.0.1:{self.port}
StartServers 1
KeepAliveTimeout 120
MaxKeepAliveRequests 0
ProxyTimeout 120
<VirtualHost *:{self.port}>
 SSLEngine on
 SSLCertificateFile {bed}/server.crt
 SSLCertificateKeyFile {bed}/server.key
 SSLProxyEngine on
 SSLProxyVerify require
 SSLProxyCACertificateFile {self._ca}
 ProxyPass /wsman {self._backend}
 Redirect 307 /OcsPowershell https://localhost:{self.port}/wsman
{guard}
</VirtualHost>
"""

    def _kerberos(self, keytab: str) -> str:
        return f""" <Location /wsman>
  AuthType GSSAPI
  AuthName WSMAN
  GssapiCredStore keytab:{keytab}
  GssapiAllowedMech krb5
  GssapiConnectionBound On
  Require valid-user
  RequestHeader set Authorization "Basic {self._basic}"
 </Location>"""

    def _certificate(self, bed: str) -> str:
        # As WinRM: without the header a certificate counts for nothing.
        return f""" SSLProtocol TLSv1.2
 SSLVerifyClient require
 SSLCACertificateFile {bed}/ca.crt
 SSLUserName SSL_CLIENT_S_DN_CN
 <Location /wsman>
  Require expr "%{{HTTP:Authorization}} == '{MUTUAL}'"
  RequestHeader set Authorization "Basic {self._basic}"
 </Location>"""
