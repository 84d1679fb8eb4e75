"""The app for a WSGI server: `waitress-serve wsgi:app`."""

from webapp import create_app

app = create_app()
