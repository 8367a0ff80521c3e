/** How the command writes: tables, times and colours for people, JSON of the board contract for programs. */
@NullMarked
package dev.talaria.cli.text;

import org.jspecify.annotations.NullMarked;
