"""Signing in: by a phone and a one-time code, by a password, through WeChat; sessions, second factors and tokens."""
