"""What answers over HTTP and MCP: the service, its pages, the widget."""
