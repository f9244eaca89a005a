"""Views of the web app: translation only."""
