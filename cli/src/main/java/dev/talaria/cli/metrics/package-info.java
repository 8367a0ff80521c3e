/** What the services of a host count and measure, in one catalogue. */
@NullMarked
package dev.talaria.cli.metrics;

import org.jspecify.annotations.NullMarked;
