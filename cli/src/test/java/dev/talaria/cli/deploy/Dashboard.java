package dev.talaria.cli.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/** A dashboard of Grafana, as its file has it. */
record Dashboard(String file, JsonNode json) {
  /** A question of a panel. */
  record Query(String where, String expression, String legend) {}

  @Override
  public String toString() {
    return file;
  }

  String uid() {
    return json.path("uid").asText();
  }

  /** Rows too; rows that are folded would hold their panels. */
  List<JsonNode> all() {
    return Deploy.elements(json.path("panels"))
        .flatMap(panel -> Stream.concat(Stream.of(panel), Deploy.elements(panel.path("panels"))))
        .toList();
  }

  /** Without rows. */
  List<JsonNode> panels() {
    return all().stream()
        .filter(panel -> !panel.path("type").asText().equals("row"))
        .toList();
  }

  List<JsonNode> variables() {
    return Deploy.elements(json.path("templating").path("list")).toList();
  }

  List<String> variableNames() {
    return variables().stream().map(variable -> variable.path("name").asText()).toList();
  }

  /** Of panels, and of annotations that are drawn over them. */
  List<Query> queries() {
    Stream<Query> ofPanels = panels().stream()
        .flatMap(panel -> Deploy.elements(panel.path("targets"))
            .map(target -> new Query(
                "%s, panel '%s'".formatted(file, panel.path("title").asText()),
                target.path("expr").asText(),
                target.path("legendFormat").asText())));
    Stream<Query> ofAnnotations = Deploy.elements(json.path("annotations").path("list"))
        .filter(annotation -> annotation.has("expr"))
        .map(annotation ->
            new Query(file + ", annotation", annotation.path("expr").asText(), ""));
    return Stream.concat(ofPanels, ofAnnotations).toList();
  }

  /** Of variables: what stands between the parentheses of label_values. */
  List<Query> variableQueries() {
    return variables().stream()
        .filter(variable -> variable.path("type").asText().equals("query"))
        .map(variable -> new Query(
            "%s, variable '%s'".formatted(file, variable.path("name").asText()),
            variable.path("query").path("query").asText(),
            ""))
        .toList();
  }
}
