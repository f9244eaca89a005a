"""On whose desk a thing lies, which office stands at which tier, and how anything becomes public and is taken down."""
