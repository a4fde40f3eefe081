"""Runs tocsin-smtp against scripted relays and checks its verdicts, in TAP. Argument: path of tocsin-smtp."""
import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from fake_smtp import Relay  # noqa: E402

HELPER = os.path.abspath(sys.argv[1])
MAIL = "Subject: x\r\nMessage-ID: <a@b>\r\nDate: Thu, 16 Jul 2026 02:42:10 +0200\r\nFrom: t@example.com\r\nTo: a@example.com\r\n\r\n" \
       "one\r\n.two\r\n..three\r\nend\r\n"
results = []


def check(name, good, more=""):
    results.append(good)
    print("%sok %d - %s%s" % ("" if good else "not ", len(results), name, "" if good else "\n# " + str(more)), flush=True)


def certificate(folder, name, address):
    key, cert = os.path.join(folder, name + ".key"), os.path.join(folder, name + ".pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
                    "-subj", "/CN=" + address, "-addext", "subjectAltName=DNS:" + address], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return cert, key


async def run(relay, **more):
    order = {"host": "localhost", "port": relay.port, "tls": "none", "deadline_ms": 4000, "from": "tocsin@example.com",
             "to": ["a@example.com"], "message": MAIL}
    order.update(more)
    process = await asyncio.create_subprocess_exec(HELPER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                                                   stderr=asyncio.subprocess.DEVNULL, env={"HOME": "/nonexistent"})
    out, _ = await process.communicate(json.dumps(order).encode())
    lines = [json.loads(line) for line in out.decode().splitlines()]
    verdicts = [line for line in lines if "verdict" in line]
    return verdicts[0] if verdicts else {"verdict": "none", "status": process.returncode}, lines


async def expect(name, verdict, script=None, status=None, mails=None, cert=None, capabilities=(), inject=b"", **order):
    relay = Relay(script, cert, capabilities, inject)
    await relay.start()
    got, lines = await run(relay, **order)
    good = got["verdict"] == verdict and (status is None or got["status"] == status) and \
        (mails is None or len(relay.mails) == mails)
    check(name, good, "got %s, mails %d, commands %s" % (lines, len(relay.mails), relay.commands))
    await relay.stop()
    return relay


class Teaser(Relay):
    """Shows half a greeting and looks who cannot wait for the rest, as relays do that sort out spammers."""
    early = b""

    async def talk(self, reader, writer):
        writer.write(b"220-relay.test wait for your turn\r\n")
        try:
            self.early += await asyncio.wait_for(reader.read(1), 0.5)
        except asyncio.TimeoutError:
            await super().talk(reader, writer)


async def plain():
    relay = await expect("a mail is taken", "sent", mails=1, status=250)
    check("its bytes arrive as they were", relay.mails and relay.mails[0].decode().replace("\r\n..", "\r\n.") == MAIL, relay.mails)
    await expect("greeting 421 is tried again", "retry", {"greeting": "421 busy"}, 421, mails=0)
    await expect("greeting 554 is tried again", "retry", {"greeting": "554 no"}, 554, mails=0)
    await expect("no greeting", "retry", {"greeting": "hang"}, mails=0)
    await expect("greeting and hang up", "retry", {"greeting": "drop"}, mails=0)
    await expect("greeting byte by byte", "retry", {"greeting": "trickle"}, mails=0)
    relay = Teaser()
    await relay.start()
    got, lines = await run(relay, deadline_ms=10000)
    check("a greeting in two parts", got["verdict"] == "sent" and len(relay.mails) == 1, lines)
    check("nobody speaks before its end", relay.early == b"", relay.early)
    await relay.stop()
    await expect("sender refused for now", "retry", {"mail": "451 later"}, 451, mails=0)
    await expect("sender refused", "permanent", {"mail": "550 no"}, 550, mails=0)
    await expect("greylisted recipient", "retry", {"rcpt": "451 greylisted"}, 451, mails=0)
    for name, script, alone in [("greylisted", {"rcpt": "451 greylisted"}, True), ("unknown", {"rcpt": "550 unknown"}, True),
                                ("the relay closes at the recipient", {"rcpt": "421 closing"}, False),
                                ("the sender is put off", {"mail": "451 later"}, False)]:
        relay = Relay(script)
        await relay.start()
        _, lines = await run(relay)
        check(name + (": about this address alone" if alone else ": about more than this address"),
              ({"stage": "recipient"} in lines) == alone, lines)
        await relay.stop()
    await expect("greylisted, and the empty text taken", "retry", {"rcpt": "451 greylisted", "data": "250 taken"}, 451, mails=0)
    await expect("recipient refused", "permanent", {"rcpt": "550 unknown"}, 550, mails=0)
    relay = Relay({"rcpt": b"550 Empf\xe4nger unbekannt".decode("utf-8", "surrogateescape")})
    await relay.start()
    got, _ = await run(relay)
    check("a reason that is no UTF-8 can be read", got["verdict"] == "permanent" and "Empf?nger unbekannt" in got["detail"], got)
    await relay.stop()
    await expect("421 at the recipient", "retry", {"rcpt": "421 closing"}, mails=0)
    await expect("text refused before it", "permanent", {"data": "554 no"}, 554, mails=0)
    await expect("text refused for now", "retry", {"data": "451 later"}, 451, mails=0)
    await expect("text refused after it", "permanent", {"dot": "554 spam"}, 554)
    await expect("text deferred after it", "retry", {"dot": "452 full"}, 452)
    await expect("hang up amid the text", "ambiguous", {"dot": "drop-in-text"}, mails=0)
    await expect("hang up after the dot", "ambiguous", {"dot": "drop"}, mails=1)
    await expect("silence after the dot", "ambiguous", {"dot": "hang"}, mails=1)
    await expect("hang up at the sender", "retry", {"mail": "drop"}, mails=0)
    await expect("pipelining", "sent", mails=1, capabilities=["PIPELINING", "8BITMIME"])


async def orders():
    relay = Relay()
    await relay.start()
    got, _ = await run(relay, to=["a@example.com>\r\nRCPT TO:<evil@example.com"])
    check("an address with a line end is refused", got["verdict"] == "permanent" and not relay.commands, got)
    got, _ = await run(relay, tls="smtps")
    check("smtps is refused", got["verdict"] == "permanent" and not relay.commands, got)
    port = relay.port
    await relay.stop()
    relay.port = port
    await asyncio.sleep(0)
    got, _ = await run(relay, port=1)
    check("nobody listens", got["verdict"] == "retry", got)


async def secure(folder):
    tls, wrong = certificate(folder, "good", "localhost"), certificate(folder, "wrong", "elsewhere.example.com")
    start = {"tls": "starttls", "ca_file": tls[0]}
    login = dict(start, user="tocsin", password="s3cret")
    relay = await expect("STARTTLS", "sent", cert=tls, mails=1, **start)
    relay = await expect("STARTTLS and sign-in", "sent", cert=tls, mails=1, capabilities=["AUTH PLAIN LOGIN"], **login)
    check("credentials arrive", "credentials :tocsin:s3cret" in relay.commands, relay.commands)
    await expect("STARTTLS not offered", "retry", mails=0, **start)
    await expect("STARTTLS refused", "retry", {"starttls": "454 not now"}, cert=tls, mails=0, **start)
    await expect("certificate of another name", "retry", cert=wrong, mails=0, **dict(start, ca_file=wrong[0]))
    await expect("certificate nobody knows", "retry", cert=tls, mails=0, **dict(start, ca_file=wrong[0]))
    await expect("bytes glued to the STARTTLS answer", "retry", cert=tls, mails=0, inject=b"250 relay.test\r\n", **start)
    relay = await expect("sign-in refused: nothing is sent", "retry", {"auth": "535 5.7.8 bad credentials"}, 535, 0, tls,
                         ["AUTH PLAIN LOGIN"], **login)
    relay = await expect("sign-in not offered: nothing is sent", "retry", cert=tls, mails=0, **login)
    count = int(os.environ.get("SMTP_SESSIONS", "20"))
    relay = Relay(tls=tls, capabilities=["AUTH PLAIN"])
    await relay.start()
    verdicts = [(await run(relay, **login))[0]["verdict"] for _ in range(count)]
    check("%d sessions in a row with TLS" % count, verdicts == ["sent"] * count and len(relay.mails) == count, verdicts)
    await relay.stop()


async def main():
    with tempfile.TemporaryDirectory() as folder:
        await plain()
        await orders()
        await secure(folder)
    print("1..%d" % len(results))
    os._exit(0 if all(results) else 1)


logging.disable(logging.CRITICAL)
asyncio.run(main())
