/** What a lane starts: command lines, environment, workspace, log and the meaning of an exit. */
@NullMarked
package dev.talaria.launcher.lane;

import org.jspecify.annotations.NullMarked;
