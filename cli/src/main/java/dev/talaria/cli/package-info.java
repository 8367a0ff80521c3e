/**
 * The {@code talaria} command: what every verb is given, how verbs are found, and how failures are told. Only
 * {@link dev.talaria.cli.Main} reads the process's environment, its clock and its streams.
 */
@NullMarked
package dev.talaria.cli;

import org.jspecify.annotations.NullMarked;
