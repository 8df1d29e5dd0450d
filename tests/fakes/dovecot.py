"""A real IMAP server, Debian's Dovecot, in a temporary folder and without any privilege."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from attrs import field, frozen

from tests.conftest import requires
from tests.fakes.authority import Authority, new_authority
from tests.fakes.imap_server import PASSWORD, USER, Server, free_port, wait_for

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


@frozen
class Dovecot(Server):
    """Dovecot with one user; STARTTLS at `port`, TLS at `tls_port`."""

    tls_port: int
    authority: Authority = field(repr=False)
    folder: Path

    def tls_settings(self, **more: str) -> Mapping[str, str]:
        """How it is reached over TLS by somebody who trusts its authority."""
        pem = self.authority.bundle.read_text()
        known = {"host": "localhost", "port": str(self.tls_port), "security": "tls", "ca_certificate": pem}
        return {**self.settings(), **known, **more}

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")


@contextmanager
def dovecot(token_server: int | None = None) -> Iterator[Dovecot]:
    """Runs until the block ends; with the port of a `token_server`, which it asks about tokens, it knows XOAUTH2."""
    requires("Dovecot", PROGRAM is not None, "apt-get install dovecot-imapd")
    owner = _somebody_without_privilege()
    # Short: the sockets in it must have names of less than 108 bytes.
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as name:
        folder, port, tls_port = Path(name), free_port(), free_port()
        authority = new_authority(folder)
        authority.server_context("localhost")
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (folder / "tokens").write_text(_TOKENS_2_3.format(port=token_server))
        (folder / "dovecot.conf").write_text(_configuration(folder, port, tls_port, owner, token_server))
        for path in (folder, *folder.iterdir()):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        process = _started(folder, owner)
        try:
            server = Dovecot(port, process, tls_port, authority, folder)
            wait_for(port, process)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _started(folder: Path, owner: pwd.struct_passwd) -> "subprocess.Popen[bytes]":
    command = [PROGRAM or "dovecot", "-F", "-c", str(folder / "dovecot.conf")]
    if os.getuid() != 0:
        return subprocess.Popen(command, cwd=folder)
    return subprocess.Popen(command, cwd=folder, user=owner.pw_uid, group=owner.pw_gid, extra_groups=[])


def _somebody_without_privilege() -> pwd.struct_passwd:
    """Who runs it: the user of the tests, or nobody where that is root, as whom Dovecot reads no mail."""
    return pwd.getpwuid(os.getuid()) if os.getuid() != 0 else pwd.getpwnam("nobody")


def _configuration(
    folder: Path, port: int, tls_port: int, owner: pwd.struct_passwd, token_server: int | None
) -> str:
    """2.4 has another language than those before it."""
    version = subprocess.run([PROGRAM or "dovecot", "--version"], capture_output=True, text=True, check=True)
    major, minor = (int(number) for number in version.stdout.split(".", 2)[:2])
    group = _name_of_group(owner.pw_gid)
    known = {"folder": folder, "port": port, "tls_port": tls_port, "user": owner.pw_name, "group": group}
    known |= {"uid": owner.pw_uid, "gid": owner.pw_gid, "token_server": token_server}
    mechanisms = "plain login" if token_server is None else "plain login xoauth2"
    if (major, minor) < (2, 4):
        parts = [_COMMON, _2_3, *([_TOKEN_LOG_IN_2_3] if token_server is not None else [])]
    else:
        parts = ["dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n", _COMMON, _2_4]
        parts += [_TOKEN_LOG_IN_2_4] if token_server is not None else []
    text = "\n".join(parts)
    for name, value in {**known, "mechanisms": mechanisms}.items():
        text = text.replace(f"<{name}>", str(value))
    return text


def _name_of_group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


_COMMON = """
base_dir = <folder>/base
state_dir = <folder>/state
log_path = <folder>/log
protocols = imap
listen = 127.0.0.1
default_internal_user = <user>
default_internal_group = <group>
default_login_user = <user>
auth_failure_delay = 0 secs
auth_mechanisms = <mechanisms>
ssl = yes
namespace inbox {
  inbox = yes
  separator = /
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = <port>
  }
  inet_listener imaps {
    port = <tls_port>
    ssl = yes
  }
}
"""

_2_3 = """
disable_plaintext_auth = no
mail_location = maildir:<folder>/mail/%u:LAYOUT=fs
mail_max_userip_connections = 100
imap_idle_notify_interval = 2 mins
ssl_cert = <<folder>/localhost.pem
ssl_key = <<folder>/localhost.pem
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u <folder>/users
}
userdb {
  driver = static
  args = uid=<uid> gid=<gid> home=<folder>/mail/%u
}
"""

_TOKEN_LOG_IN_2_3 = """
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = <folder>/tokens
}
"""

_TOKENS_2_3 = """
tokeninfo_url = http://127.0.0.1:{port}/?access_token=
username_attribute = email
"""

_2_4 = """
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = <folder>/mail/%{user}
mailbox_list_layout = fs
mail_max_userip_connections = 100
ssl_server_cert_file = <folder>/localhost.pem
ssl_server_key_file = <folder>/localhost.pem
passdb passwd-file {
  mechanisms_filter = plain login
  passwd_file_path = <folder>/users
  default_password_scheme = PLAIN
}
userdb static {
  fields {
    uid = <uid>
    gid = <gid>
    home = <folder>/mail/%{user}
  }
}
"""

_TOKEN_LOG_IN_2_4 = """
oauth2 {
  introspection_mode = auth
  tokeninfo_url = http://127.0.0.1:<token_server>/?access_token=
  username_attribute = email
}
passdb oauth2 {
  mechanisms_filter = xoauth2
}
"""
