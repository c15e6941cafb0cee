#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The page in a real browser: page.py DIST TOP SITR AXE [SCREENSHOTS]

DIST is what build.sh made, TOP the source, SITR the command, AXE axe.min.js.
"""
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Browser, serve

DIST, TOP, SITR, AXE = sys.argv[1:5]
SHOTS = sys.argv[5] if len(sys.argv) > 5 else None
DATA = os.path.join(TOP, "tests/data")
PAGE = os.path.join(DIST, "sitr-page.html")
LANGUAGES = ("en", "fr", "ar")
work = tempfile.TemporaryDirectory()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def made(name, content=b""):
    path = os.path.join(work.name, name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def data(*names):
    return [os.path.join(DATA, name) for name in names]


def sitr(*arguments, ok=(0,)):
    done = subprocess.run([SITR, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in ok, (arguments, done.returncode, done.stderr)
    return done


class Page:
    """What a person does with it."""

    def __init__(self, browser):
        self.browser = browser
        self.driver = browser.driver

    def open(self, url="file://" + PAGE):
        self.driver.get(url)
        self.browser.until(lambda: self.id("version").text)

    def id(self, name):
        return self.driver.find_element(By.ID, name)

    def choose(self, *paths, wait=True):
        before = len(self.rows())
        self.id("files").send_keys("\n".join(paths))
        self.browser.until(lambda: len(self.rows()) == before + len(paths))
        if wait:
            self.read()

    def read(self, seconds=60):
        self.browser.until(lambda: not self.driver.find_elements(
            By.CSS_SELECTOR, "#pictures .waiting, #pictures .working"), seconds)
        self.browser.until(lambda: "/" not in self.id("status").text)

    def rows(self):
        return self.driver.find_elements(By.CSS_SELECTOR, "#pictures > li")

    def advice(self, row):
        return [e.text for e in row.find_elements(By.CSS_SELECTOR, ".advice li")]

    def state(self, row):
        return row.get_attribute("class")

    def speak(self, language):
        self.driver.find_element(By.CSS_SELECTOR, f"#languages [lang={language}]").click()

    def save(self):
        """The bytes of the file that the browser saves."""
        folder = self.browser.downloads
        shutil.rmtree(folder, ignore_errors=True)
        self.id("save").click()
        done = lambda: [n for n in (os.listdir(folder) if os.path.isdir(folder) else [])
                        if n in ("sitr.csv", "sitr.txt")]
        name = self.browser.until(done)[0]
        time.sleep(0.2)
        with open(os.path.join(folder, name), "rb") as file:
            return name, file.read()


def words(language):
    with open(os.path.join(TOP, f"bindings/web/page/words/{language}.json"), encoding="utf-8") as f:
        return json.load(f)


class Words(unittest.TestCase):
    """The three languages say the same, and everything that is said."""

    def test_same_keys_and_places(self):
        for language in LANGUAGES:
            told = words(language)
            self.assertEqual(set(told), set(words("en")), language)
            for key, value in words("en").items():
                forms = told[key] if isinstance(told[key], dict) else {"": told[key]}
                wanted = set(re.findall(r"\{(\w+)\}", str(value)))
                for form, text in forms.items():
                    self.assertTrue(text.strip(), (language, key))
                    extra = set(re.findall(r"\{(\w+)\}", text)) - wanted
                    self.assertLessEqual(extra, {"jpeg", "esc"}, (language, key, form))
                    if "link" in wanted or "name" in wanted:
                        self.assertEqual(extra | wanted, wanted)
                        self.assertTrue(all("{%s}" % w in text for w in wanted), (language, key))
        for key, forms in words("ar").items():
            if isinstance(forms, dict):
                self.assertLessEqual({"one", "two", "few", "many", "other"}, set(forms), key)

    def test_all_are_used_and_there(self):
        folder = os.path.join(TOP, "bindings/web/page")
        text = "".join(read(os.path.join(folder, name)).decode() for name in sorted(os.listdir(folder))
                       if name.endswith((".mjs", ".html")))
        for key in words("en"):
            self.assertRegex(text, r'"%s"' % key)
        for key in re.findall(r'data-(?:name-)?words="(\w+)"', text):
            self.assertIn(key, words("en"))


class Vectors(unittest.TestCase):
    def test_same_bits_in_chromium(self):
        server, browser = serve(work.name), Browser()
        for name, path in (("dist", DIST), ("tests", os.path.join(TOP, "tests"))):
            os.symlink(path, os.path.join(work.name, name))
        shutil.copy(os.path.join(TOP, "bindings/web/tests/vectors.html"), work.name)
        try:
            browser.driver.get(server.url + "vectors.html")
            told = browser.until(lambda: browser.driver.execute_script("return window.told"), 120)
        finally:
            browser.close()
            browser.forget()
            server.end()
        self.assertEqual(told["wrong"][:10], [])
        self.assertGreater(told["compared"], 500)


class Example(unittest.TestCase):
    def test_choose(self):
        server, browser = serve(DIST), Browser()
        try:
            browser.driver.get(server.url + "choose.html")
            browser.driver.find_element(By.TAG_NAME, "input").send_keys(
                "\n".join(data("protected/door.jpg", "found/notes.txt")))
            lines = browser.until(lambda: [t for t in [[
                e.text for e in browser.driver.find_elements(By.TAG_NAME, "li")]]
                if len(t) == 2 and all(t)])[0]
        finally:
            browser.close()
            browser.forget()
            server.end()
        wanted = json.loads(sitr("hash", "--json", *data("protected/door.jpg")).stdout)
        self.assertEqual(lines, [f"pdq:{wanted['pdq']}, quality {wanted['quality']}",
                                 "not an image format known here"])


class Use(unittest.TestCase):
    """Opened from a file, as from a USB stick."""

    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.page = Page(cls.browser)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.browser.forget()

    def setUp(self):
        self.browser.size(1000)
        self.page.open()

    def tearDown(self):
        said = [e["message"] for e in self.browser.driver.get_log("browser")]
        self.assertEqual(said, [], "the console stays empty")

    def test_saved_file_is_what_the_command_takes(self):
        page = self.page
        folder = os.path.join(DATA, "protected")
        paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
        plain = os.path.join(work.name, "plain.png")
        Image.new("RGB", (640, 480), (200, 180, 160)).save(plain)
        page.choose(*paths, plain, paths[0])
        self.assertEqual([page.state(row) for row in page.rows()], ["made"] * 6 + ["none", "made"])
        self.assertEqual(page.id("count").text, "6 fingerprints will be in the file.")
        name, saved = page.save()
        self.assertEqual(name, "sitr.csv")
        self.assertIn("sitr.csv", page.id("saved").text)
        rows = list(csv.reader(saved.decode().splitlines()))
        told = [json.loads(line) for line in
                sitr("hash", "--json", folder).stdout.splitlines()]
        wanted = sorted((h["hash"] if "hash" in h else h["pdq"], str(h["quality"])) for h in told)
        self.assertEqual(sorted((r[0], r[1]) for r in rows), wanted)
        for path in paths:
            self.assertNotIn(os.path.splitext(os.path.basename(path))[0].encode(), saved)

        listed = made("listed.csv", saved)
        case = os.path.join(work.name, "page.case")
        self.assertIn("6 records of photo-hasher", sitr("import", "--case=" + case, listed).stderr)
        found = os.path.join(DATA, "found")
        matches = [json.loads(line) for line in
                   sitr("match", "--json", listed, found).stdout.splitlines()]
        copies = {os.path.basename(m["found"]) for m in matches if m.get("verdict") == "copy"}
        self.assertLessEqual({"gray.jpg", "forwarded.webp", "معكوسة.jpg", "tournée.jpg"}, copies)
        self.assertFalse([c for c in copies if c.startswith("other")])
        scanned = sitr("scan", "--json", "--case=" + case, found).stdout
        self.assertIn("gray.jpg", scanned)

        page.driver.execute_script("document.querySelector('details').open = true")
        page.driver.execute_script("document.getElementById('kind').value = 'tx'")
        name, saved = page.save()
        self.assertEqual(name, "sitr.txt")
        self.assertEqual(sorted(saved.decode().split("\n")[:-1]), sorted("pdq " + h for h, _ in wanted))
        self.assertIn("6 records of tx", sitr("import", "--case=" + case + "2",
                                             made("listed.txt", saved)).stderr)

    def test_what_is_said_of_each(self):
        page = self.page
        small = os.path.join(work.name, "small.jpg")
        Image.open(data("protected/door.jpg")[0]).resize((120, 160)).save(small)
        video = made("clip.mp4", b"\0\0\0\x18ftypisom" + bytes(100))
        cut = read(data("protected/door.jpg")[0])
        page.choose(*data("found/cut off.jpg", "found/notes.txt"), small, video,
                    made("empty.jpg"), made("head.jpg", cut[:200]))
        said = {row.find_element(By.CLASS_NAME, "name").text:
                (page.state(row), page.advice(row)) for row in page.rows()}
        en = words("en")
        self.assertEqual(said, {
            "cut off.jpg": ("made", [en["damaged"]]), "notes.txt": ("none", [en["unknown"]]),
            "small.jpg": ("made", [en["small"]]), "clip.mp4": ("none", [en["video"]]),
            "empty.jpg": ("none", [en["unknown"]]), "head.jpg": ("none", [en["broken"]])})
        self.assertEqual(page.id("status").text, "6 files looked at.")

    def test_read_by_the_browser(self):
        page = self.page
        picture = Image.open(data("protected/door.jpg")[0])
        png, bmp, avif = (os.path.join(work.name, "b." + e) for e in ("png", "bmp", "avif"))
        picture.save(png)
        picture.save(bmp)
        paths = [png, bmp]
        if shutil.which("ffmpeg") and subprocess.run(
                ["ffmpeg", "-v", "error", "-y", "-i", png, "-c:v", "libaom-av1", "-still-picture", "1",
                 "-crf", "20", "-cpu-used", "8", avif], check=False).returncode == 0:
            paths.append(avif)
        page.choose(*paths)
        rows = page.rows()
        self.assertEqual([page.state(row) for row in rows], ["made"] * len(paths))
        self.assertEqual(page.advice(rows[0]), [words("en")["good"]])
        # without loss the browser sees the very same pixels
        self.assertEqual(page.advice(rows[1]), [words("en")["twice"], words("en")["browser"]])
        for row in rows[2:]:
            self.assertIn(words("en")["browser"], page.advice(row))

        # a browser that puts noise on what is read
        page.driver.execute_script("""
            const get = CanvasRenderingContext2D.prototype.getImageData;
            CanvasRenderingContext2D.prototype.getImageData = function (...args) {
                const made = get.apply(this, args);
                made.data[4 * 1234] ^= 1;
                return made;
            };""")
        page.choose(bmp)
        self.assertEqual(page.state(page.rows()[-1]), "none")
        self.assertEqual(page.advice(page.rows()[-1]), [words("en")["noisy"]])

    def test_hostile_files(self):
        page = self.page
        folder = os.path.realpath(os.path.join(TOP, "../shared/data/malformed"))
        paths = []
        for root, _, names in sorted(os.walk(folder)):
            paths += [os.path.join(root, name) for name in sorted(names)]
        paths = [p for p in paths if "\n" not in p][::25]
        png = bytearray(read(os.path.join(TOP, "tests/vectors/pictures/3x3.png")))
        png[16:24] = b"\0\0\xff\xff\0\0\xff\xff"
        hostile = "<img src=x onerror=document.title='hit'>‮gpj.exe.png"
        paths += [made(hostile, bytes(png)), made("‏" + "y" * 200 + ".jpg")]
        page.choose(*paths, wait=False)
        page.read(120)
        states = {page.state(row) for row in page.rows()}
        self.assertLessEqual(states, {"made", "none"})
        self.assertEqual(page.driver.title, "sitr")
        self.assertEqual(page.driver.find_elements(By.CSS_SELECTOR, "#pictures img"), [])
        self.browser.size(360)
        self.assertEqual(page.driver.execute_script("return document.documentElement.scrollWidth"), 360)
        page.choose(*data("protected/door.jpg"))
        self.assertEqual(page.state(page.rows()[-1]), "made")

    def test_a_stuck_worker_is_ended(self):
        page = self.page
        page.driver.execute_script("""
            const { postMessage, terminate } = Worker.prototype;
            Object.assign(window, { ended: 0, stuck: true, later: window.setTimeout });
            window.setTimeout = (f, ms) => later(f, stuck && ms === 60000 ? 500 : ms);
            Worker.prototype.terminate = function () { ended++; terminate.call(this); };
            Worker.prototype.postMessage = function (...args) {
                if (!stuck) postMessage.apply(this, args);
            };""")
        page.choose(*data("protected/door.jpg"))
        self.assertEqual(page.advice(page.rows()[0]), [words("en")["slow"]])
        self.assertGreaterEqual(page.driver.execute_script("return window.ended"), 1)
        page.driver.execute_script("stuck = false")
        page.choose(*data("protected/door.jpg"))
        self.assertEqual(page.state(page.rows()[1]), "made")

    def test_removed(self):
        page = self.page
        page.choose(*data("protected/door.jpg", "protected/portrait.jpg", "found/notes.txt"))
        page.rows()[0].find_element(By.TAG_NAME, "button").click()
        self.assertEqual(len(page.rows()), 2)
        self.assertEqual(page.id("count").text, "1 fingerprint will be in the file.")
        active = page.driver.switch_to.active_element
        self.assertIn("portrait.jpg", active.get_attribute("aria-label"))
        active.send_keys(Keys.ENTER)
        self.assertIn("no fingerprint", page.id("count").text)
        self.assertFalse(page.id("save").is_enabled())
        page.id("remove-all").click()
        self.assertFalse(page.id("results").is_displayed())
        self.assertEqual(page.driver.switch_to.active_element.get_attribute("id"), "choose-files")

    def test_dropped(self):
        page = self.page
        page.driver.execute_script("""
            const transfer = new DataTransfer();
            for (const name of ["a.txt", "b.txt"]) transfer.items.add(new File(["x"], name));
            document.getElementById("drop").dispatchEvent(
                new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));""")
        self.browser.until(lambda: len(page.rows()) == 2)
        page.read()

    def test_more_than_it_takes(self):
        page = self.page
        page.driver.execute_script("""
            const transfer = new DataTransfer();
            for (let i = 0; i < 2100; i++) transfer.items.add(new File(["x"], i + ".txt"));
            document.getElementById("files").files = transfer.files;
            document.getElementById("files").dispatchEvent(new Event("change"));""")
        self.browser.until(lambda: page.id("problem").text)
        self.assertEqual(page.driver.execute_script(
            "return document.querySelectorAll('#pictures > li').length"), 2000)
        self.assertIn("2,000", page.id("problem").text)

    def test_languages(self):
        page = self.page
        self.assertEqual(page.driver.execute_script("return document.documentElement.lang"), "en")
        names = [made(f"n{i}.jpg", b"") for i in range(3)]
        page.choose(*names)
        for language, read in (("ar", "فُحصت 3 ملفات."), ("fr", "3 fichiers examinés."), ("en", "3 files looked at.")):
            page.speak(language)
            self.assertEqual(page.driver.execute_script("return document.documentElement.dir"),
                             "rtl" if language == "ar" else "ltr")
            self.assertEqual(page.id("status").text.replace("\u2068", "").replace("\u2069", ""), read)
            self.assertEqual(page.driver.find_element(By.TAG_NAME, "h1").text, words(language)["h1"])
            left = page.driver.execute_script(
                "return document.getElementById('leave').getBoundingClientRect().left")
            self.assertEqual(left < 300, language == "ar", "leaving is at the end of the line")
        page.speak("ar")
        counts = {0: "لا توجد بعدُ بصمة للحفظ.", 1: "ستكون في الملف بصمة واحدة.",
                  2: "ستكون في الملف بصمتان."}
        page.id("remove-all").click()
        for n, name in enumerate(["protected/door.jpg", "protected/portrait.jpg"], 1):
            page.choose(*data(name))
            self.assertEqual(page.id("count").text, counts[n])

    def test_keyboard_alone(self):
        page = self.page
        page.choose(*data("protected/door.jpg"))
        page.driver.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
        seen = []
        for _ in range(13):
            ActionChains(page.driver).send_keys(Keys.TAB).perform()
            active = page.driver.switch_to.active_element
            seen.append(active.get_attribute("id") or active.get_attribute("lang")
                        or active.get_attribute("aria-label") or active.tag_name)
            outline = active.value_of_css_property("outline-style")
            self.assertNotEqual(outline, "none", seen[-1])
        self.assertEqual(seen[10:], ["a", "a", "a"])
        self.assertEqual(seen[:10], ["ar", "fr", "en", "leave", "choose-files", "choose-folder",
                                     "Remove \u2068door.jpg\u2069 from the list", "remove-all",
                                     "save", "summary"])

    def test_left_in_a_hurry(self):
        page = self.page
        for how in ("button", "keys"):
            page.open()
            page.choose(*data("protected/door.jpg"))
            if how == "button":
                page.id("leave").click()
            else:
                ActionChains(page.driver).send_keys(Keys.ESCAPE * 3).perform()
            self.browser.until(lambda: page.driver.current_url == "about:blank")
            self.assertEqual(page.driver.find_element(By.TAG_NAME, "body").text, "")
            page.driver.back()
            time.sleep(0.3)
            self.assertNotIn("door", page.driver.page_source)

    def test_accessible(self):
        page = self.page
        with open(AXE, encoding="utf-8") as file:
            axe = file.read()
        page.driver.execute_script(axe)
        looks = 0
        for filled in (False, True):
            if filled:
                page.choose(*data("protected/door.jpg", "found/notes.txt", "found/cut off.jpg",
                                  "protected/مريم 1.jpg"))
                page.id("save").click()
                page.driver.execute_script("document.querySelector('details').open = true")
            for language in LANGUAGES:
                page.speak(language)
                for scheme in ("light", "dark"):
                    self.browser.media(prefers_color_scheme=scheme)
                    for width in (360, 1100):
                        self.browser.size(width)
                        found = page.driver.execute_async_script(
                            "axe.run().then(r => arguments[0](r.violations.map("
                            "v => [v.impact, v.id, v.nodes.map(n => n.html + n.failureSummary)])))")
                        self.assertEqual(found, [], (language, scheme, width, filled))
                        self.look(language, scheme, width, filled)
                        looks += 1
        self.assertEqual(looks, 24)

    def look(self, language, scheme, width, filled):
        """Nothing to be scrolled sideways, nothing too small for a finger."""
        wide = self.page.driver.execute_script("return document.documentElement.scrollWidth")
        self.assertEqual(wide, width, language)
        low = self.page.driver.execute_script(
            "return [...document.querySelectorAll('button, select')].filter(b => b.offsetParent)"
            ".filter(b => b.offsetHeight < 44 || b.offsetWidth < 44).map(b => b.outerHTML)")
        self.assertEqual(low, [])
        if SHOTS and filled:
            height = self.page.driver.execute_script("return document.documentElement.scrollHeight")
            self.browser.size(width, height)
            self.page.driver.save_screenshot(os.path.join(SHOTS, f"{language}-{scheme}-{width}.png"))


TRIED = """
    const to = arguments[0], done = arguments[1], out = {};
    const tried = (name, f) => { try { f(); out[name] = "tried"; } catch (e) { out[name] = e.name; } };
    const add = (tag, set) => tried(tag, () => {
        const e = document.createElement(tag); Object.assign(e, set); document.head.append(e); });
"""
# Every way out that the policy of a page governs, each with an address of its own.
WAYS = TRIED + """
    tried("fetch", () => fetch(to + "fetch").catch(() => {}));
    tried("post", () => fetch(to + "post", { method: "POST", body: "x", mode: "no-cors", keepalive: true }).catch(() => {}));
    tried("xhr", () => { const x = new XMLHttpRequest(); x.open("GET", to + "xhr"); x.send(); });
    tried("beacon", () => navigator.sendBeacon(to + "beacon", "x"));
    tried("socket", () => new WebSocket(to.replace("http", "ws") + "socket"));
    tried("events", () => new EventSource(to + "events"));
    add("img", { src: to + "img" });
    add("script", { src: to + "script" });
    add("link", { rel: "stylesheet", href: to + "link" });
    add("link", { rel: "prefetch", href: to + "prefetch" });
    add("link", { rel: "icon", href: to + "icon" });
    tried("object", () => { const o = document.createElement("object"); o.data = to + "object";
        document.body.append(o); });
    add("video", { src: to + "video" });
    add("style", { textContent: `html { background: url(${to}style) }` });
    tried("inline", () => { document.body.style.background = `url(${to}inline)`; });
    tried("font", () => { const f = new FontFace("x", `url(${to}font)`); f.load().catch(() => {}); });
    tried("module", () => { const s = document.createElement("script"); s.type = "module";
        s.textContent = `import("${to}module")`; document.head.append(s); });
    tried("worker", () => new Worker(to + "worker"));
    tried("blob worker", () => new Worker(URL.createObjectURL(new Blob([
        `fetch("${to}from-worker").catch(() => {}); try { importScripts("${to}imported") } catch {}
         try { new WebSocket("${to.replace("http", "ws")}worker-socket") } catch {}`]))));
    setTimeout(() => done(out), 2500);
"""
# For these Chromium opens a connection before it looks at the policy, and then sends
# nothing over it.
FRAMES = TRIED + """
    add("iframe", { src: to + "iframe" });
    tried("form", () => { const f = document.createElement("form"); f.action = to + "form"; f.target = "_blank";
        document.body.append(f); f.submit(); });
    setTimeout(() => done(out), 1500);
"""


class Leaves(unittest.TestCase):
    """Nothing does."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=work.name)
        shutil.copy(PAGE, self.folder)
        self.server = serve(self.folder)
        self.addCleanup(self.server.end)

    def use(self, url):
        """What the browser's own log of its network has when the page was used, names
        that were looked up too."""
        browser = Browser()
        try:
            page = Page(browser)
            page.open(url)
            page.choose(*data("protected/door.jpg", "found/notes.txt", "found/forwarded.webp"))
            page.save()
            for language in LANGUAGES:
                page.speak(language)
            page.id("leave").click()
        finally:
            browser.close()
        seen = browser.requested()
        browser.forget()
        # chrome: is its own; and it asks its maker for this and that, page or no page
        return {s for s in seen if not re.match("(file|blob|data|about|chrome)", s)
                and not re.search(r"\b(google|googleapis|gvt1|gstatic)\.com", s)}

    def test_used_from_a_file(self):
        self.assertEqual(self.use("file://" + PAGE), set())
        self.assertEqual(self.server.connections, 0)

    def test_used_from_a_server(self):
        seen = self.use(self.server.url + "sitr-page.html")
        self.assertEqual({s for s in seen if not s.startswith(self.server.url.rstrip("/"))}
                         - {"127.0.0.1"}, set())
        self.assertTrue(seen, "the log has what there is")
        self.assertEqual(self.server.asked, ["GET /sitr-page.html"])

    def attempt(self, url):
        """Tries every way out. Returns what was asked, and how many connections there
        were before those were tried that Chromium connects for at once."""
        out, browser = serve(self.folder), Browser()
        self.addCleanup(out.end)
        try:
            browser.driver.get(url)
            tried = browser.driver.execute_async_script(WAYS, out.url)
            self.assertGreaterEqual(len(tried), 16)
            connections = out.connections
            browser.driver.execute_async_script(FRAMES, out.url)
        finally:
            browser.close()
            browser.forget()
        return {line.split("/")[-1].rstrip("?") for line in out.asked}, connections

    def test_the_policy_closes_every_way(self):
        for url in ("file://" + PAGE, self.server.url + "sitr-page.html"):
            self.assertEqual(self.attempt(url), (set(), 0))

    def test_the_ways_are_ways(self):
        """Or that would prove nothing: without the policy they lead out."""
        text = read(PAGE).decode()
        bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
        self.assertLess(len(bare), len(text))
        with open(os.path.join(self.folder, "bare.html"), "w", encoding="utf-8") as file:
            file.write(bare)
        asked, _ = self.attempt(self.server.url + "bare.html")
        self.assertLessEqual({"fetch", "post", "xhr", "beacon", "socket", "events", "img", "script",
                              "link", "iframe", "object", "style", "inline", "font", "module",
                              "from-worker", "imported", "worker-socket", "form"}, asked)

    def test_nothing_in_it_that_no_policy_governs(self):
        """WebRTC is not governed by the policy; scripts are, by their hash."""
        text = read(PAGE).decode()
        self.assertNotRegex(text, "RTC|WebTransport|sendBeacon")
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
        self.assertRegex(policy, r"^default-src 'none'; script-src 'sha256-[\w+/=]+' 'wasm-unsafe-eval'; ")
        self.assertIn("connect-src 'none'", policy)
        self.assertNotIn("unsafe-inline", policy)


if __name__ == "__main__":
    unittest.main(argv=["page.py"] + sys.argv[6:], verbosity=2, warnings="ignore")
