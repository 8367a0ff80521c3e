/** Who this launcher is, and its signs of life. */
@NullMarked
package dev.talaria.launcher.presence;

import org.jspecify.annotations.NullMarked;
