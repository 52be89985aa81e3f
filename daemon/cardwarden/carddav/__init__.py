"""The CardDAV client that a source reads with: WebDAV (RFC 4918), CardDAV (RFC 6352), sync (RFC 6578)."""
