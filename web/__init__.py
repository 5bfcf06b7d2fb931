"""How it runs: the ASGI application, its settings and its command line."""
