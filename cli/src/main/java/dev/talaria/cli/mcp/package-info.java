/** The MCP server: the kanban tools over stdin and stdout. The only place that knows the MCP SDK. */
@NullMarked
package dev.talaria.cli.mcp;

import org.jspecify.annotations.NullMarked;
