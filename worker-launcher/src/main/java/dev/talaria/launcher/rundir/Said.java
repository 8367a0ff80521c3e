package dev.talaria.launcher.rundir;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Something said about a run on its way to the board.
 *
 * @param number its place in the order of the run, from 1
 * @param commandId {@code <run key>/<verb>/<number>}
 * @param verb what is asked: {@code complete}, {@code exited} ...
 * @param key by which a repetition is recognized, or null when every call counts
 * @param body what goes with it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Said(
    @JsonProperty("n") int number,
    @JsonProperty("command_id") String commandId,
    @JsonProperty("verb") String verb,
    @JsonProperty("key") @Nullable String key,
    @JsonProperty("body") ObjectNode body) {}
