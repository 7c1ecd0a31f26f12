"""A site that is really served: a copy of the code, a database of its own, gunicorn, nginx."""

import http.client
import io
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
HOST = "www.example.com"
# What a server must have of the code.
_CODE = ("config", "articles", "statutes", "templates", "static", "manage.py")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def environ_of(path: str, query: str = "", *, method: str = "GET", **headers: str) -> dict:
    """Of a request to a WSGI application in this process."""
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }


def wait_for(what, seconds: float = 20) -> None:
    """Until ``what()`` is true. Fails where it never comes to that."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def is_open(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


class Site:
    """The copy, and its database: of the kind on which the suite runs."""

    def __init__(self, folder: Path, *, site_url: str):
        self.code, self.var, self.home = folder / "site", folder / "var", folder / "home"
        self.code.mkdir()
        self.home.mkdir()
        for name in _CODE:
            source = ROOT / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, self.code / name, ignore=ignored)
            else:
                shutil.copy(source, self.code / name)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "VAR_DIR": str(self.var),
            "SECRET_KEY": "only-for-tests",
            "SITE_URL": site_url,
            "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
        }
        self._database = ""
        if os.environ.get("DATABASE_URL", "").startswith("postgres"):
            self._make_database(f"luwen_serving_{os.getpid()}_{free_port()}")
        self.manage("migrate", "-v0")
        self.manage("collectstatic", "--noinput", "-v0")

    def _make_database(self, name: str) -> None:
        self._server = urlsplit(os.environ["DATABASE_URL"])
        self._database = name
        self._sql(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        self.env["DATABASE_URL"] = self._server._replace(path=f"/{name}").geturl()

    def _sql(self, statement: str) -> None:
        import psycopg2

        connection = psycopg2.connect(self._server.geturl())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    def close(self) -> None:
        if self._database:
            self._sql(f"DROP DATABASE IF EXISTS {self._database} WITH (FORCE)")

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.code,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, statements: str, *, may_die: bool = False) -> str:
        """Python in a process of its own."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", statements],
            cwd=self.code,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert may_die or done.returncode == 0, done.stderr
        return done.stdout


class Gunicorn:
    def __init__(self, site: Site, *arguments: str, application: str = "config.wsgi", **env: str):
        self.port = free_port()
        self.log = site.var / f"access-{self.port}.log"
        self.errors = (site.var / f"error-{self.port}.log").open("w")
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "-c",
                "config/gunicorn.conf.py",
                *arguments,
                application,
            ],
            cwd=site.code,
            env=site.env | {"BIND": f"127.0.0.1:{self.port}", "ACCESS_LOG": str(self.log)} | env,
            stderr=self.errors,
        )
        wait_for(lambda: is_open(self.port))
        self.get("/statutes/")  # a worker is there

    def get(self, path: str, method: str = "GET", **headers: str):
        return get(self.port, path, method, **headers)

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def asked(self, path: str) -> int:
        """How many requests for it came through."""
        return sum(f" {path} " in line for line in self.log.read_text().splitlines())

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=40)
        self.errors.close()


class Answer:
    def __init__(self, response: http.client.HTTPResponse):
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}


def get(port: int, path: str, method: str = "GET", *, tls: bool = False, body=None, **headers: str):
    if tls:
        context = ssl._create_unverified_context()  # noqa: S323  (a certificate of our own)
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=40, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body=body, headers={"Host": HOST, **given})
        return Answer(connection.getresponse())
    finally:
        connection.close()


class Nginx:
    """Debian's nginx with ``config/nginx.conf``, its paths and ports ours."""

    def __init__(self, site: Site, gunicorn: Gunicorn, folder: Path, *, with_tls: bool = True):
        self.port, self.plain_port = free_port(), free_port()
        (folder / "cache").mkdir(parents=True)
        config = (site.code / "config" / "nginx.conf").read_text()
        for theirs, ours in {
            "/var/cache/nginx/luwen": str(folder / "cache"),
            "/srv/luwen/site/var/": f"{site.var}/",
            "/etc/ssl/luwen/": f"{folder}/",
            "127.0.0.1:8000": f"127.0.0.1:{gunicorn.port}",
            "listen 443 ssl http2": f"listen 127.0.0.1:{self.port} ssl http2",
            "listen 80 ": f"listen 127.0.0.1:{self.plain_port} ",
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
        }.items():
            assert theirs in config, theirs
            config = config.replace(theirs, ours)
        if not with_tls:
            config = config.replace(" ssl http2;", ";")
            config = "\n".join(
                line for line in config.split("\n") if " ssl_" not in f" {line.strip()}"
            )
        else:
            _make_certificate(folder)
        (folder / "luwen.conf").write_text(config)
        # As Debian's nginx.conf has it, tcp_nopush too.
        user = "user root;" if os.getuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user} worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error.log;"
            " events { worker_connections 768; }"
            " http { sendfile on; tcp_nopush on; types_hash_max_size 2048; access_log off;"
            f" include /etc/nginx/mime.types; client_body_temp_path {folder}/body;"
            f" proxy_temp_path {folder}/proxy; include {folder}/luwen.conf; }}"
        )
        command = ["nginx", "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        assert "warn" not in checked.stderr, checked.stderr
        self.process = subprocess.Popen(command)
        self._tls = with_tls
        wait_for(lambda: is_open(self.port))

    def get(self, path: str, method: str = "GET", **options):
        return get(self.port, path, method, tls=self._tls, **options)

    def close(self) -> None:
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=20)


def _make_certificate(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={HOST}"),
            *("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )


class Readers:
    """Ask for a page again and again, each on its own, until told to stop."""

    def __init__(self, ask, count: int = 4):
        self.answers: list[tuple[float, Answer]] = []
        self.failures: list[Exception] = []
        self._stop = threading.Event()
        self._ask = ask
        self._threads = [threading.Thread(target=self._go) for _ in range(count)]

    def _go(self) -> None:
        while not self._stop.is_set():
            begun = time.time()
            try:
                self.answers.append((begun, self._ask()))
            except Exception as error:  # every failure counts
                self.failures.append(error)

    def __enter__(self) -> "Readers":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for one in self._threads:
            one.join()
