/** The kanban tools for agents (contract 9): one class per tool, which takes arguments and a board and knows no protocol. */
@NullMarked
package dev.talaria.cli.mcp.tool;

import org.jspecify.annotations.NullMarked;
