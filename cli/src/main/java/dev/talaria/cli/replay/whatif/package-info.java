/** What another policy would have made of the same outcomes, as far as that can be known. Pure, but for the counting of records. */
@NullMarked
package dev.talaria.cli.replay.whatif;

import org.jspecify.annotations.NullMarked;
