package dev.talaria.service.config;

import org.jspecify.annotations.Nullable;

/**
 * How this host's instance of the topology works.
 *
 * @param name of this instance among those of its host; it must be the same at each start, which then takes its work up
 *     again within a second or two
 * @param stateDirectory its stores; null is {@code talaria/streams} in the home
 * @param standbys warm copies of its state on other hosts' instances
 */
public record StreamsConfig(String name, @Nullable String stateDirectory, int standbys) {
  public StreamsConfig {
    Check.all(
        () -> Check.matches(
            "streams.name", name, "[A-Za-z0-9._-]{1,63}", "letters, digits, '.', '_' and '-'"),
        () -> Check.between("streams.standbys", standbys, 0, 10));
  }
}
