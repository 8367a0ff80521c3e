package dev.talaria.cli.replay;

import dev.talaria.cli.replay.whatif.WhatIf.OtherPolicy;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.service.config.PolicyFile;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;

/** The policies of a file; few different ones are ever in force, so each is read over once. Thread-safe. */
final class OtherPolicies implements OtherPolicy {
  private final PolicyFile file;
  private final Map<RetryPolicy, RetryPolicy> known = new ConcurrentHashMap<>();

  OtherPolicies(PolicyFile file) {
    this.file = file;
  }

  @Override
  public RetryPolicy over(RetryPolicy inForce) {
    return known.computeIfAbsent(inForce, file::over);
  }

  @Override
  public SortedMap<String, String> settings() {
    return file.settings();
  }
}
