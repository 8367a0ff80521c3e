/** A real broker for any test. */
@NullMarked
package dev.talaria.testkit;

import org.jspecify.annotations.NullMarked;
