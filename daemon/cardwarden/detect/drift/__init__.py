"""Two copies of one book that must agree: what the copy says otherwise than its origin, and what it never keeps."""
