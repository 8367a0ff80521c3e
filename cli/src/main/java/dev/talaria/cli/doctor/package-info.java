/** Looks a host and its cluster over and says what is wrong and what to do. Changes nothing. */
@NullMarked
package dev.talaria.cli.doctor;

import org.jspecify.annotations.NullMarked;
