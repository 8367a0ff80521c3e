/** Per host: claims work, spawns and supervises workers, reports how they ended. */
@NullMarked
package dev.talaria.launcher;

import org.jspecify.annotations.NullMarked;
