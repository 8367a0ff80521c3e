package dev.talaria.cli.replay.whatif;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A task's history under another policy.
 *
 * @param changed what the other policy sets, by dotted names
 * @param turns each end of a run, in order
 * @param parting where the two part; absent where they do not
 * @param notes what is to be known about the comparison
 */
public record WhatIfTold(
    SortedMap<String, String> changed,
    List<Turn> turns,
    @Nullable Parting parting,
    List<String> notes) {
  public WhatIfTold {
    changed = Collections.unmodifiableSortedMap(new TreeMap<>(changed));
    turns = List.copyOf(turns);
    notes = List.copyOf(notes);
  }
}
