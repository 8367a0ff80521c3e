/** Boards for workers that know hermes's own tools only, on another host than their board. */
@NullMarked
package dev.talaria.launcher.shadow;

import org.jspecify.annotations.NullMarked;
