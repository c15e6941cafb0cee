# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium, and servers that count what reaches them."""
import functools
import http.server
import json
import os
import tempfile
import threading
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

# what a browser does of its own accord has nothing to do with the page
QUIET = ["--headless=new", "--disable-background-networking", "--disable-component-update",
         "--disable-default-apps", "--disable-sync", "--no-first-run", "--disable-extensions",
         "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
         "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication"]


class Counted(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; every request and connection is written down."""
    protocol_version = "HTTP/1.1"
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map,
                      ".mjs": "text/javascript", ".wasm": "application/wasm"}

    def setup(self):
        self.server.connections += 1
        super().setup()

    def answer(self):
        self.server.asked.append(self.command + " " + self.path)
        super().do_GET()

    do_GET = answer

    def do_POST(self):
        self.server.asked.append("POST " + self.path)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def end(self):
        self.shutdown()
        self.server_close()


def serve(folder):
    """A server on a port of its own; `asked` and `connections` say what came."""
    server = Server(("127.0.0.1", 0), functools.partial(Counted, directory=folder))
    server.asked, server.connections = [], 0
    server.url = "http://127.0.0.1:%d/" % server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Browser:
    def __init__(self, *arguments, language="en"):
        self.folder = tempfile.TemporaryDirectory()
        self.net_log = os.path.join(self.folder.name, "net.json")
        self.downloads = os.path.join(self.folder.name, "downloads")
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in [*QUIET, "--log-net-log=" + self.net_log, "--lang=" + language,
                         *arguments]:
            options.add_argument(argument)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.add_experimental_option("prefs", {
            "download.default_directory": self.downloads, "intl.accept_languages": language,
            "dns_prefetching.enabled": True})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_script_timeout(120)

    def until(self, what, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = what()
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError("waited in vain")

    def size(self, width, height=800):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def media(self, **features):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()]})

    def close(self):
        self.driver.quit()

    def requested(self):
        """After close: every address that the browser's network was asked for, DNS
        included."""
        with open(self.net_log, encoding="utf-8") as file:
            text = file.read()
        try:
            log = json.loads(text)
        except ValueError:  # ended in the middle
            log = json.loads(text.rstrip().rstrip(",") + "]}")
        found = set()
        for event in log["events"]:
            params = event.get("params") or {}
            for key in ("url", "host", "hostname"):
                if isinstance(params.get(key), str):
                    found.add(params[key])
        return found

    def forget(self):
        self.folder.cleanup()
