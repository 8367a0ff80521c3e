/** Where the tools reach a board: in its file, or through the launcher of a worker whose board is on another host. */
@NullMarked
package dev.talaria.cli.mcp.port;

import org.jspecify.annotations.NullMarked;
