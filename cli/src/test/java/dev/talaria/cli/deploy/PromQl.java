package dev.talaria.cli.deploy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which metrics and labels an expression names. It knows the words of PromQL, not its grammar: what is wrong in itself finds
 * Prometheus.
 *
 * @param selectors each metric with what is asked of its labels, as often as it occurs
 * @param grouped labels that 'by', 'on' and the like name
 * @param made labels that label_replace makes
 */
record PromQl(List<Selector> selectors, Set<String> grouped, Set<String> made) {
  private static final Pattern TOKEN = Pattern.compile(
      "\"(?:\\\\.|[^\"\\\\])*\"" // a string
          + "|\\[[^]]*]" // a range
          + "|\\$\\w+|\\d[\\w.]*" // a variable of Grafana, a number or a duration
          + "|[a-zA-Z_:][a-zA-Z0-9_:]*|[^\\s]");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Set<String> LISTS =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset", "bool");
  private static final Set<String> AGGREGATIONS =
      Set.of("sum", "min", "max", "avg", "count", "group", "topk", "bottomk", "quantile", "stddev");

  /** A metric and the values that its labels are compared with, whatever the comparison. */
  record Selector(String metric, Map<String, String> labels) {}

  static PromQl read(String expression) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(expression);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    List<Selector> selectors = new ArrayList<>();
    Set<String> grouped = new LinkedHashSet<>();
    Set<String> made = new LinkedHashSet<>();
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
      if (LISTS.contains(token)) {
        int end = next.equals("(") ? tokens.subList(i, tokens.size()).indexOf(")") + i : i;
        grouped.addAll(names(tokens.subList(i + 1, end + 1)));
        i = end;
      } else if (token.equals("label_replace")) {
        made.add(destination(tokens.subList(i, tokens.size())));
      } else if (NAME.matcher(token).matches()
          && !next.equals("(")
          && !WORDS.contains(token)
          && !AGGREGATIONS.contains(token)) {
        int end = next.equals("{") ? tokens.subList(i, tokens.size()).indexOf("}") + i : i;
        selectors.add(new Selector(token, values(tokens.subList(i + 1, end + 1))));
        i = end;
      }
    }
    return new PromQl(selectors, grouped, made);
  }

  private static Set<String> names(List<String> tokens) {
    Set<String> names = new HashSet<>();
    tokens.stream().filter(token -> NAME.matcher(token).matches()).forEach(names::add);
    return names;
  }

  /** Label and string, with '=' or another comparison between them. */
  private static Map<String, String> values(List<String> tokens) {
    Map<String, String> values = new TreeMap<>();
    String label = "";
    for (String token : tokens) {
      if (NAME.matcher(token).matches()) {
        label = token;
      } else if (token.startsWith("\"")) {
        values.put(label, token.substring(1, token.length() - 1));
      }
    }
    return values;
  }

  /** The first string among the arguments of label_replace. */
  private static String destination(List<String> tokens) {
    int depth = 0;
    for (String token : tokens) {
      depth += Set.of("(", "{").contains(token) ? 1 : Set.of(")", "}").contains(token) ? -1 : 0;
      if (depth == 1 && token.startsWith("\"")) {
        return token.substring(1, token.length() - 1);
      }
    }
    throw new IllegalArgumentException("label_replace without a label: " + tokens);
  }
}
