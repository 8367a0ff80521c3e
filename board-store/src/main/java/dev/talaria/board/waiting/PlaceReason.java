package dev.talaria.board.waiting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.waiting.Fleet.LauncherFact;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Why none of the launchers that serve a task's lane may take it. */
public sealed interface PlaceReason extends WaitReason {

  /** None has the labels that the task requires. */
  record NoLabels(String lane, Map<String, String> requires, List<LauncherFact> launchers)
      implements PlaceReason {
    @Override
    public WaitCode code() {
      return WaitCode.NOT_PLACED;
    }

    @Override
    public String text(TimeWords times) {
      return "Launchers serve lane '%s', but none has %s: %s."
          .formatted(
              lane,
              WaitReason.listed(words(requires)),
              WaitReason.listed(launchers.stream()
                  .map(it -> it.labels().isEmpty()
                      ? it.name() + " has no labels"
                      : it.name() + " has " + WaitReason.listed(words(it.labels())))
                  .toList()));
    }

    private static List<String> words(Map<String, String> labels) {
      return new TreeMap<>(labels)
          .entrySet().stream().map(it -> it.getKey() + "=" + it.getValue()).toList();
    }

    @Override
    public String advice() {
      return "Start a launcher with these labels (launcher.labels), or let the task go without: talaria set ID --help.";
    }

    @Override
    public void describe(ObjectNode node) {
      ObjectNode labels = node.putObject("requires");
      requires.forEach(labels::put);
      node.set(
          "launchers",
          BoardJson.array(launchers.stream().map(LauncherFact::name).toList()));
    }
  }

  /** Its workspace lies on the board's own host, and launchers elsewhere do not announce the place. */
  record NoPlace(String lane, @Nullable String path, String boardHost, List<LauncherFact> launchers)
      implements PlaceReason {
    @Override
    public WaitCode code() {
      return WaitCode.NOT_PLACED;
    }

    @Override
    public String text(TimeWords times) {
      return "It is to work in %s of host '%s', where no launcher serves lane '%s'; those elsewhere do not announce that place: %s."
          .formatted(
              path == null ? "a directory" : "'" + path + "'",
              boardHost,
              lane,
              WaitReason.listed(launchers.stream().map(LauncherFact::name).toList()));
    }

    @Override
    public String advice() {
      return "Start a launcher for the lane on that host, or, where the directory exists elsewhere too, name it under launcher.places there.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("path", path).put("host", boardHost);
      node.set(
          "launchers",
          BoardJson.array(launchers.stream().map(LauncherFact::name).toList()));
    }
  }
}
