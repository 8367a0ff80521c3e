/** Meters, health and the page that shows them. */
@NullMarked
package dev.talaria.service.metrics;

import org.jspecify.annotations.NullMarked;
