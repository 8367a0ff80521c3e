package dev.talaria.board.triage;

import org.jspecify.annotations.Nullable;

/** What a rough idea becomes; null leaves a field as it is. */
public record Specification(
    @Nullable String title, @Nullable String body, @Nullable String assignee) {}
