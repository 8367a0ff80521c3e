/** Verbs on boards of other hosts: asking for them, and carrying out what others ask. */
@NullMarked
package dev.talaria.cli.remote;

import org.jspecify.annotations.NullMarked;
