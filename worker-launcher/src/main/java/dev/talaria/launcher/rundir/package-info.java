/** The launcher's only state: one directory per run. */
@NullMarked
package dev.talaria.launcher.rundir;

import org.jspecify.annotations.NullMarked;
