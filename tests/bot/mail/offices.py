"""A mail server that misbehaves on demand, and whose mails can be read."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.settings_environment import Smtp

USER, PASSWORD = "orders", "a-password"


@dataclass
class PostOffice:
    """What aiosmtpd asks.

    `refuses`: recipients with the answer each gets. `faults`: what happens to the next DATA: `drop`
    cuts the connection, `late` does so after the mail was kept, any other text is the answer.
    `slow`: seconds before an answer.
    """

    refuses: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    slow: float = 0
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    connections: int = 0
    logins: list[bytes] = field(default_factory=list)
    server: asyncio.Server | None = None
    on_mail: Callable[[], None] = lambda: None
    """Called when a mail was kept, before the answer."""

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.slow)
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "drop":
            return self._cut(server)
        if fault and fault != "late":
            return fault
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, EmailMessage, policy=policy.default)
        self.mails += [(to, mail) for to in envelope.rcpt_tos]
        self.on_mail()
        return self._cut(server) if fault else "250 kept"

    def _cut(self, server: SMTP) -> str:
        assert isinstance(server.transport, asyncio.WriteTransport)
        server.transport.abort()
        return "421 gone"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        right = data == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    @property
    def port(self) -> int:
        assert self.server is not None
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    def smtp(self, **changes: object) -> Smtp:
        """As the settings would name it."""
        given: dict[str, object] = {"tls": False, "starttls": False, "unguarded": True}
        return Smtp("localhost", self.port, **(given | changes))  # type: ignore[arg-type]

    def got(self) -> list[str]:
        """Who got a mail, once for each."""
        return sorted(to for to, _ in self.mails)


@contextlib.asynccontextmanager
async def open_office(
    *,
    certificate: ssl.SSLContext | None = None,
    starttls: bool = False,
    required: bool = False,
    login: bool = False,
) -> AsyncIterator[PostOffice]:
    """On a free port. `certificate`: for TLS from the first byte, or with `starttls` later on;
    `required`: nothing goes without TLS, or without a login.
    """
    office = PostOffice()

    def protocol() -> SMTP:
        office.connections += 1
        return SMTP(
            office,
            hostname="office",
            tls_context=certificate if starttls else None,
            require_starttls=required and starttls,
            authenticator=office.authenticate if login else None,
            auth_require_tls=False,
        )

    loop = asyncio.get_running_loop()
    tls = None if starttls else certificate
    office.server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
    try:
        yield office
    finally:
        office.server.close()


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A server's certificate that signs itself, and the file for whoever is to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "public.pem").write_bytes(public)
    (folder / "both.pem").write_bytes(private + public)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context, folder / "public.pem"
