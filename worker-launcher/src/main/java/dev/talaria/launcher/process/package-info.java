/** Starts worker processes under a recording shell, supervises, stops and adopts them. */
@NullMarked
package dev.talaria.launcher.process;

import org.jspecify.annotations.NullMarked;
