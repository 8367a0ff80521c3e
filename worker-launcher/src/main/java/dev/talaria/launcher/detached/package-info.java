/** Workers that nobody supervises: started for a tick, they outlive it, and how they ended is read from their run directories. */
@NullMarked
package dev.talaria.launcher.detached;

import org.jspecify.annotations.NullMarked;
