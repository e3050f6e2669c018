// Runs a program to its end in the project's folder: signals reach it once, its exit code comes back.
import { spawn } from 'node:child_process';

/** Exit code of a process that Ctrl-C ended, as shells report it. */
export const interruptedCode = 130;

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** A terminal sends Ctrl-C to all its processes itself; a second copy would read as a second Ctrl-C. */
const terminalSendsInterrupt = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);

/**
 * Runs `command` and waits. Gives its exit code (128 + number where a signal ended it), whether Ctrl-C came in
 * between, and what it wrote to standard error where `captureErrors` asks for that.
 */
export function runChild(command, args, { captureErrors = false, env = process.env, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ['inherit', 'inherit', captureErrors ? 'pipe' : 'inherit'];
    const child = spawn(command, args, { stdio, env, shell });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    let interrupted = false;
    const onInterrupt = () => {
      interrupted = true;
      if (!terminalSendsInterrupt) child.kill('SIGINT');
    };
    const onTerminate = (signal) => child.kill(signal);
    process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate).on('SIGHUP', onTerminate);
    const release = () => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate).off('SIGHUP', onTerminate);
    };
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('close', (code, signal) => {
      release();
      resolve({ code: code ?? 128 + (signalNumbers[signal] ?? 0), interrupted, errors });
    });
  });
}

/** Runs npm: the one that started this script, or else the one on the path. */
export function runNpm(args, options = {}) {
  const started = process.env['npm_execpath'] ?? '';
  if (/[\\/]npm-cli\.c?js$/.test(started)) return runChild(process.execPath, [started, ...args], options);
  return runChild('npm', args, { ...options, shell: process.platform === 'win32' });
}
