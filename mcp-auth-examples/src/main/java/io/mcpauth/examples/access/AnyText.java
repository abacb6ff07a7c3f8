package io.mcpauth.examples.access;

import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Takes what stands behind an option for its value, also where it looks like an option. */
final class AnyText implements IParameterConsumer {
  @Override
  public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
    if (arguments.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "Missing required parameter for option '" + option + "'");
    }
    option.setValue(arguments.pop());
  }
}
