/** The tasks that gave up lately, by what they failed of. */
@NullMarked
package dev.talaria.cli.replay.gaveup;

import org.jspecify.annotations.NullMarked;
