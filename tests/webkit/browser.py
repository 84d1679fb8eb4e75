"""A phone-sized window of WebKitGTK with a profile that lasts: `/usr/bin/python3 browser.py PROFILE`.

It runs with the system's Python, which alone knows GTK, and obeys JSON lines, with one answer for each, {"value"} or
{"error"}: `load url` · `run script` (the body of an async function) · `press`, `move`, `release` at x, y · `choose path`
(what file choosers give from now on) · `picture path` · `errors` (what no script caught).
"""

import json
import sys

import gi

for name, version in {"Gdk": "3.0", "Gtk": "3.0", "WebKit2": "4.1"}.items():
    gi.require_version(name, version)
from gi.repository import Gdk, GLib, Gtk, WebKit2  # noqa: E402

WATCH = """const tell = (words) => webkit.messageHandlers.trouble.postMessage(String(words));
addEventListener("error", (event) => tell(event.message));
addEventListener("unhandledrejection", (event) => tell(event.reason?.stack ?? event.reason));
addEventListener("securitypolicyviolation", (event) => tell(`${event.violatedDirective} ${event.blockedURI}`));"""


class Browser:
    """One window, one page."""

    def __init__(self, profile):
        self.loading, self.chosen, self.troubles = False, [], []
        self.view = WebKit2.WebView(web_context=context(profile), user_content_manager=self.watcher())
        self.view.get_settings().set_hardware_acceleration_policy(WebKit2.HardwareAccelerationPolicy.NEVER)
        self.view.connect("load-changed", self.on_load)
        self.view.connect("permission-request", lambda _view, request: request.allow() or True)
        self.view.connect(
            "run-file-chooser", lambda _view, request: request.select_files(self.chosen) or True
        )
        window = Gtk.Window(type=Gtk.WindowType.POPUP)
        window.set_default_size(390, 844)
        window.add(self.view)
        window.show_all()
        GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, self.obey)

    def watcher(self):
        manager = WebKit2.UserContentManager()
        manager.register_script_message_handler("trouble")
        manager.connect(
            "script-message-received::trouble",
            lambda _manager, message: self.troubles.append(message.get_js_value().to_string()),
        )
        everywhere, first = (
            WebKit2.UserContentInjectedFrames.ALL_FRAMES,
            WebKit2.UserScriptInjectionTime.START,
        )
        manager.add_script(WebKit2.UserScript(WATCH, everywhere, first, None, None))
        return manager

    def obey(self, _source, _condition):
        line = sys.stdin.readline()
        if not line:
            Gtk.main_quit()
            return False
        name, *given = json.loads(line)
        getattr(self, name)(*given)
        return True

    def load(self, url):
        self.loading = True
        self.view.load_uri(url)

    def on_load(self, view, event):
        if event == WebKit2.LoadEvent.FINISHED and self.loading:
            self.loading = False
            answer(value=view.get_uri())

    def run(self, script):
        self.view.call_async_javascript_function(script, -1, None, None, None, None, self.on_run)

    def on_run(self, view, result):
        try:
            given = view.call_async_javascript_function_finish(result)
            answer(value=json.loads(given.to_json(0) or "null"))
        except GLib.Error as error:
            answer(error=error.message)

    def press(self, x, y):
        self.point(Gdk.EventType.BUTTON_PRESS, x, y)

    def release(self, x, y):
        self.point(Gdk.EventType.BUTTON_RELEASE, x, y)

    def move(self, x, y):
        self.point(Gdk.EventType.MOTION_NOTIFY, x, y)

    def point(self, kind, x, y):
        event = Gdk.Event.new(kind)
        moves = kind == Gdk.EventType.MOTION_NOTIFY
        part = event.motion if moves else event.button
        part.window, part.x, part.y = self.view.get_window(), x, y
        part.time = GLib.get_monotonic_time() // 1000
        if moves:
            part.state = Gdk.ModifierType.BUTTON1_MASK
        else:
            part.button = 1
        event.set_device(Gdk.Display.get_default().get_default_seat().get_pointer())
        Gtk.main_do_event(event)
        answer(value=None)

    def choose(self, path):
        self.chosen = [path]
        answer(value=None)

    def picture(self, path):
        window = self.view.get_window()
        Gdk.pixbuf_get_from_window(window, 0, 0, window.get_width(), window.get_height()).savev(
            path, "png", [], []
        )
        answer(value=None)

    def errors(self):
        answer(value=self.troubles)


def context(profile):
    """Everything that a site keeps is kept in `profile`."""
    data = WebKit2.WebsiteDataManager(base_data_directory=profile, base_cache_directory=profile)
    given = WebKit2.WebContext(website_data_manager=data)
    given.get_cookie_manager().set_persistent_storage(
        f"{profile}/cookies.db", WebKit2.CookiePersistentStorage.SQLITE
    )
    given.set_preferred_languages(["zh-CN"])
    return given


def answer(**given):
    print(json.dumps(given), flush=True)


Browser(sys.argv[1])
Gtk.main()
