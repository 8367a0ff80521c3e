package dev.talaria.cli;

/**
 * A verb that needs more than the class path of local verbs: all of it to run services, or the MCP library. Its class is
 * named here and loaded when invoked.
 */
public interface ServiceVerb {
  /** As it is typed. */
  String verb();

  /** One line for the list of verbs. */
  String description();
}
