"""tls: the daemon against HTTPS servers with certificates made on the spot. Arguments: BUILD WORK."""
import http.server
import json
import pathlib
import re
import ssl
import subprocess
import sys
import threading

from harness import Daemon, run, until

BUILD, WORK = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, cwd=WORK, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def authority(name):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2",
            "-subj", f"/CN={name}")


def certificate(name, signer, names, days="2"):
    """name.pem and name.key, signed by signer, for these subject alternative names."""
    (WORK / f"{name}.ext").write_text(f"subjectAltName={names}\n")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{signer}.pem", "-CAkey", f"{signer}.key", "-CAcreateserial",
            "-out", f"{name}.pem", "-days", days, "-extfile", f"{name}.ext")


class Server:
    """Answers every request alike; keeps what came, and who showed which certificate."""

    def __init__(self, certificate=None, client_authority=None, status=200, headers=(), body=b"up_and_well 1\n"):
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                shown = self.connection.getpeercert() if certificate else None
                subject = dict(pair[0] for pair in shown["subject"]) if shown else {}
                outer.requests.append({"path": self.path, "shown": subject.get("commonName")})
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request, address):
                if certificate:
                    request = outer.context.wrap_socket(request, server_side=True)
                super().finish_request(request, address)

            def handle_error(self, *_):
                pass  # a client that goes away in the handshake is what some cases want

        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(WORK / f"{certificate}.pem", WORK / f"{certificate}.key")
            if client_authority:
                self.context.verify_mode = ssl.CERT_REQUIRED
                self.context.load_verify_locations(WORK / f"{client_authority}.pem")
        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"{'https' if certificate else 'http'}://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def make_certificates():
    authority("ours")
    authority("theirs")
    certificate("server", "ours", "DNS:localhost")
    certificate("elsewhere", "ours", "DNS:elsewhere.example.com")
    certificate("yesterday", "ours", "DNS:localhost", days="-1")
    certificate("client", "ours", "DNS:tocsin")
    certificate("stranger", "theirs", "DNS:tocsin")


class World:
    def __init__(self):
        make_certificates()
        self.plain = Server()
        self.good = Server("server")
        self.elsewhere = Server("elsewhere")
        self.yesterday = Server("yesterday")
        self.careful = Server("server", client_authority="ours")
        self.moved = Server("server", status=302, headers=[("Location", self.plain.url + "/")])
        self.connect = Server("server", body=b"{}")
        self.slack = Server("server", body=b"ok")

    def rows(self):
        """name, server, TLS keys, must it work, what the reason says (a pattern)."""
        client = 'cert_file = "client.pem"; key_file = "client.key";'
        stranger = 'cert_file = "stranger.pem"; key_file = "stranger.key";'
        ours, theirs = 'ca_file = "ours.pem";', 'ca_file = "theirs.pem";'
        return [
            ("known authority", self.good, ours, True, ""),
            ("unknown authority", self.good, theirs, False, "certificate"),
            ("the system's authorities", self.good, "", False, "certificate"),
            ("another host's certificate", self.elsewhere, ours, False, "localhost"),
            ("expired certificate", self.yesterday, ours, False, "expired"),
            ("client certificate", self.careful, ours + client, True, ""),
            ("no client certificate", self.careful, ours, False, "certificate required|client certificate"),
            ("a stranger's client certificate", self.careful, ours + stranger, False, "unknown ca|client certificate"),
            ("redirect", self.moved, ours, False, "302"),
        ]


world = World()


def source(number, server, keys, kind="openmetrics"):
    address = f'workers = [ "{server.url}" ];' if kind == "connect" else f'url = "{server.url}/metrics";'
    return f'{{ name = "s{number}"; kind = "{kind}"; interval = "1s"; {address} {keys} }}'


def sources(tap):
    rows = world.rows()
    listed = [source(i, row[1], row[2]) for i, row in enumerate(rows)]
    listed.append(source("connect", world.connect, 'ca_file = "ours.pem";', "connect"))
    listed.append(source("unverified", world.elsewhere, 'tls_verify = false;'))
    daemon = Daemon(BUILD, WORK, "sources = ( " + ",\n".join(listed) + " );\n"
                    'receivers = ( { name = "r"; toast = ( {} ); } );\n').start()
    try:
        def settled():
            targets = {one["source"]: one for one in daemon.get("/api/v1/status")["targets"]}
            return targets if targets and all(one["last_poll_at"] for one in targets.values()) else None
        targets = until(settled, 30) or {}
        for i, (name, server, _, works, says) in enumerate(rows):
            got = targets.get(f"s{i}", {})
            held = got.get("up") is True if works else \
                got.get("up") is False and re.search(says, got.get("failure") or "", re.I)
            tap.check(held, f"source: {name}", got)
        tap.check(targets.get("sconnect", {}).get("up"), "source: Connect over TLS", targets.get("sconnect"))
        tap.check(targets.get("sunverified", {}).get("up"), "source: verification can be turned off", targets)
        said = [one for one in map(json.loads, (WORK / "tocsind.log").read_text().splitlines())
                if one.get("source") == "s1" and one["message"] == "poll failed"]
        tap.check(len(said) == 1 and said[0]["reason"], "source: the log says once that a target fails", said)
    finally:
        daemon.stop()
    tap.check({one["shown"] for one in world.careful.requests} == {"client"}, "source: the client certificate was shown",
              world.careful.requests)
    tap.check(not world.plain.requests, "source: no redirect was followed", world.plain.requests)


def send(receiver):
    done = subprocess.run([BUILD / "tocsind", "--config", WORK / "receivers.conf", "--test-receiver", receiver],
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def receivers(tap):
    rows = world.rows()
    listed = [f'{{ name = "w{i}"; webhook = ( {{ url = "{server.url}/hook"; {keys} }} ); }}'
              for i, (_, server, keys, _, _) in enumerate(rows)]
    slack = [("known authority", "ours", True, ""), ("unknown authority", "theirs", False, "certificate")]
    listed += [f'{{ name = "slack-{ca}"; slack = ( {{ url_file = "slack.url"; ca_file = "{ca}.pem"; }} ); }}'
               for _, ca, _, _ in slack]
    (WORK / "slack.url").write_text(world.slack.url + "/services/T/B/SECRET\n")
    (WORK / "slack.url").chmod(0o600)
    (WORK / "receivers.conf").write_text("receivers = ( " + ",\n".join(listed) + " );\n")
    world.careful.requests.clear()
    for i, (name, _, _, works, says) in enumerate(rows):
        status, text = send(f"w{i}")
        tap.check(status == 0 if works else status == 1 and re.search(says, text, re.I), f"webhook: {name}", text)
    tap.check([one["shown"] for one in world.careful.requests] == ["client"], "webhook: the client certificate was shown",
              world.careful.requests)
    tap.check(not world.plain.requests, "webhook: no redirect was followed", world.plain.requests)
    for name, ca, works, says in slack:
        status, text = send(f"slack-{ca}")
        tap.check((status == 0 if works else status == 1 and says in text) and "SECRET" not in text, f"slack: {name}", text)


def client(tap):
    server = Server("server", headers=[("Content-Type", "application/json")], body=b'{"items": [], "next": null}')
    asks = [BUILD / "tocsinctl", "-s", server.url]

    def ask(*arguments, **environment):
        done = subprocess.run([*arguments, "alerts"], capture_output=True, text=True, timeout=60, cwd=WORK, env=environment)
        return done.returncode, done.stderr

    for name, wanted, says, answer in [
            ("the system's authorities", 7, "certificate", ask(*asks)),
            ("known authority", 0, "", ask(*asks, "--ca-file", "ours.pem")),
            ("known authority, by the environment", 0, "", ask(*asks, TOCSIN_CA_FILE="ours.pem")),
            ("the option counts before the environment", 7, "certificate", ask(*asks, "--ca-file", "theirs.pem", TOCSIN_CA_FILE="ours.pem")),
            ("no such file", 2, "--ca-file: nothing.pem", ask(*asks, "--ca-file", "nothing.pem"))]:
        tap.check(answer[0] == wanted and says in answer[1], f"tocsinctl: {name}", answer)


def only_http(tap):
    for scheme in ("ftp", "file", "gopher"):
        config = WORK / "scheme.conf"
        config.write_text(f'sources = ( {{ name = "s"; kind = "openmetrics"; url = "{scheme}://localhost/x"; }} );\n'
                          f'receivers = ( {{ name = "r"; webhook = ( {{ url = "{scheme}://localhost/x"; }} ); }} );\n')
        done = subprocess.run([BUILD / "tocsind", "--check", config], capture_output=True, text=True, timeout=30)
        tap.check(done.returncode == 1 and done.stderr.count("must begin with http") == 2, f"{scheme}: is refused", done.stderr)


run([sources, receivers, client, only_http])
