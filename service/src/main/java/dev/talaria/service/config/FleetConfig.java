package dev.talaria.service.config;

import org.jspecify.annotations.Nullable;

/** @param host this host's id in the fleet; null takes the one on file, see {@link dev.talaria.service.HostIdentity} */
public record FleetConfig(@Nullable String host) {
  public FleetConfig {
    if (host != null) {
      Check.matches(
          "fleet.host",
          host,
          "[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
          "letters, digits, '.', '_' and '-', at most 63, a letter or digit first");
    }
  }
}
