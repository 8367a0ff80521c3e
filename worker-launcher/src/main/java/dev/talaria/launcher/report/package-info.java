/** What a launcher tells boards, until they have taken note of it. */
@NullMarked
package dev.talaria.launcher.report;

import org.jspecify.annotations.NullMarked;
