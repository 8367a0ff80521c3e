/** Dead letters: what they say, what was done about them, and putting records back where they came from. */
@NullMarked
package dev.talaria.cli.dlq;

import org.jspecify.annotations.NullMarked;
