package dev.talaria.service.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys of a configuration that were asked for. Whatever else is set is unknown, and often nearly one of them: this
 * finds the words for it. Not thread-safe.
 */
final class KnownKeys {
  private static final String ENV = "TALARIA_";

  private final Set<String> known = new TreeSet<>();
  private final Set<String> open = new TreeSet<>();

  void add(String key) {
    known.add(key);
  }

  /** What stands below this key has free names, or was refused as a whole. */
  void open(String key) {
    open.add(key);
  }

  /** Whether a key was asked for, or one below it, or may have any name. */
  boolean contains(String key) {
    return known.contains(key)
        || isOpen(key)
        || known.stream().anyMatch(other -> other.startsWith(key + "."));
  }

  boolean isOpen(String key) {
    return open.stream().anyMatch(it -> key.equals(it) || key.startsWith(it + "."));
  }

  /** Whether a key that is {@link #contains contained} has nothing but keys below it. */
  boolean isSection(String key) {
    return !known.contains(key) && !isOpen(key);
  }

  /** Whether a key was asked for that has the same variable: such a name tells dots from underscores no more. */
  boolean containsAsVariable(String key) {
    String name = key.replace('_', '.');
    return known.stream().anyMatch(it -> it.replace('_', '.').equals(name));
  }

  /** The variable of a key: {@code dispatch.claim_ttl} is {@code TALARIA_DISPATCH_CLAIM_TTL}. */
  static String variable(String key) {
    return ENV + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
  }

  /** That a key is unknown, and which is probably meant. */
  String unknown(String key, String where) {
    // A key of the same section first, then sections, then any.
    int dot = key.lastIndexOf('.');
    var parent = dot < 0 ? "" : key.substring(0, dot + 1);
    var siblings = known.stream()
        .filter(it -> it.startsWith(parent))
        .map(it -> parent + it.substring(parent.length()).split("\\.", 2)[0])
        .distinct()
        .toList();
    var nearest = Nearest.to(key, siblings, 4)
        .or(() -> sameName(key.substring(dot + 1)))
        .or(() -> Nearest.to(key, known, key.length() / 2));
    return "Unknown key '%s' in %s%s".formatted(key, where, didYouMean(nearest));
  }

  /** A key put into the wrong section. */
  private Optional<String> sameName(String name) {
    return known.stream().filter(it -> it.endsWith("." + name)).findFirst();
  }

  /** Of some variables those that are meant for us and that nobody asked for, in words. */
  List<String> unknownVariables(Set<String> names) {
    var variables = known.stream().map(KnownKeys::variable).toList();
    var sections = known.stream().map(key -> key.split("\\.", 2)[0]).distinct().toList();
    var unknown = new ArrayList<String>();
    for (var name : new TreeSet<>(names)) {
      boolean ours = sections.stream().anyMatch(it -> name.startsWith(variable(it) + "_"));
      boolean taken = variables.contains(name)
          || open.stream().anyMatch(it -> !it.contains(".") && name.startsWith(variable(it)));
      // other variables that begin like ours have their own readers, unless one is nearly a setting
      var nearest = Nearest.to(name, variables, ours ? 8 : 2);
      if (name.startsWith(ENV) && !taken && (ours || nearest.isPresent())) {
        unknown.add("Unknown variable '%s'%s".formatted(name, didYouMean(nearest)));
      }
    }
    return unknown;
  }

  private static String didYouMean(Optional<String> nearest) {
    return nearest.map(it -> "; did you mean '" + it + "'?").orElse(".");
  }
}
