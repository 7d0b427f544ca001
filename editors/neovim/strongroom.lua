-- The cohort language in Neovim, 0.7 and later: diagnostics, quick fixes, layout, hover and
-- completion by the language server of the `strongroom` command.
--
-- Copy this file to ~/.config/nvim/lua/strongroom.lua, and write into init.lua:
--
--   require('strongroom').setup({ release = '/path/to/a/release' })
--
-- `release`   a release, for the names of concepts and how many people have them
-- `omop`      instead of a release: a folder of OMOP CDM tables with a vocabulary
-- `command`   the command, where it is not `strongroom` on the PATH
-- `on_attach` a function, called with the number of each buffer that is served

local strongroom = {}

local function server_command(options)
  local command = { options.command or 'strongroom', 'lsp' }
  if options.release then
    vim.list_extend(command, { '--release', vim.fn.expand(options.release) })
  elseif options.omop then
    vim.list_extend(command, { '--omop', vim.fn.expand(options.omop) })
  end
  return command
end

-- One server for all buffers. Neovim 0.8 and later look for the one that runs themselves.
local running

local function start(options, buffer)
  local configuration = {
    name = 'strongroom',
    cmd = server_command(options),
    root_dir = vim.fn.getcwd(),
    on_exit = function()
      running = nil
    end,
  }
  if vim.lsp.start then
    vim.lsp.start(configuration, { bufnr = buffer })
    return
  end
  running = running or vim.lsp.start_client(configuration)
  if running then
    vim.lsp.buf_attach_client(buffer, running)
  end
end

-- Completion with Ctrl-X Ctrl-O. Neovim's own offers, in some versions, only what begins with the
-- letters before the cursor, and concepts are found by any words of their names.
local function byte_of(line, position)
  local ok, byte = pcall(vim.str_byteindex, line, position.character, true)
  return ok and byte or position.character
end

local function answered(buffer)
  local parameters = {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    position = strongroom.position(),
  }
  local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/completion', parameters, 5000)
  for _, answer in pairs(answers or {}) do
    if answer.result then
      return answer.result.items or answer.result
    end
  end
  return {}
end

-- Where the cursor is, as the protocol counts: lines from 0, characters in UTF-16 code units.
function strongroom.position()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local line = vim.api.nvim_get_current_line()
  local _, units = vim.str_utfindex(line, math.min(column, #line))
  return { line = row - 1, character = units }
end

-- What can stand at the cursor: the byte of the line from which on it is replaced, and the words.
function strongroom.candidates()
  local line = vim.api.nvim_get_current_line()
  local column = vim.api.nvim_win_get_cursor(0)[2]
  local from = vim.fn.match(line:sub(1, column), '\\k*$')
  local items = answered(vim.api.nvim_get_current_buf())
  for _, item in ipairs(items) do
    if item.textEdit then
      from = byte_of(line, item.textEdit.range.start)
      break
    end
  end
  local typed = line:sub(from + 1, column)
  local words = {}
  for _, item in ipairs(items) do
    -- What comes with an edit was chosen by the server; of the rest, what begins as is typed.
    if item.textEdit or vim.startswith(item.label, typed) then
      table.insert(words, {
        word = item.textEdit and item.textEdit.newText or item.label,
        abbr = item.label,
        menu = item.detail,
        icase = 1,
        dup = 1,
      })
    end
  end
  return from, words
end

local candidates = {}

function strongroom.complete(find_start)
  if find_start == 1 or find_start == true then
    local from
    from, candidates = strongroom.candidates()
    return from
  end
  return candidates
end

function strongroom.setup(options)
  options = options or {}
  -- Where `complete` is found, whatever this file is called.
  package.loaded['strongroom'] = strongroom
  local group = vim.api.nvim_create_augroup('strongroom', { clear = true })
  vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
    pattern = '*.cohort',
    group = group,
    command = 'setfiletype cohort',
  })
  vim.api.nvim_create_autocmd('FileType', {
    pattern = 'cohort',
    group = group,
    callback = function(event)
      vim.bo[event.buf].commentstring = '// %s'
      start(options, event.buf)
      vim.bo[event.buf].omnifunc = "v:lua.require'strongroom'.complete"
      if options.on_attach then
        options.on_attach(event.buf)
      end
    end,
  })
end

return strongroom
