/** The worker API on loopback, and what is said about a run on its way to the board. */
@NullMarked
package dev.talaria.launcher.api;

import org.jspecify.annotations.NullMarked;
