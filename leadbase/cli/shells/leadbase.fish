# The rest is the same for every version; the words above were taken from the commands when this was printed.

function __leadbase_find --argument-names kind base head typed
    if string match -q -- '+*' $kind
        set kind (string sub -s 2 -- $kind)
        set -l parts (string match -r -- '^(.*,)([^,]*)$' $typed)
        and set head $head$parts[2]
        and set typed $parts[3]
    end
    if test "$kind" = query; and string match -qr -- '^[a-z-]*$' "$typed"
        string match -q -- '-*' $typed; and set head $head-
        set kind "=$__leadbase_fields"
    end
    switch "$kind"
        case ''
        case '=*'
            for each in (string split -n ' ' -- (string sub -s 2 -- $kind))
                printf '%s\n' $head$each
            end
        case file
            __fish_complete_path "$typed"
        case folder
            for each in (__fish_complete_directories "$typed")
                printf '%s\n' $head$each
            end
        case '*'
            for each in ($__leadbase_program --complete $kind "$base" "$typed" "$__leadbase_table" 2>/dev/null </dev/null)
                # fish would write a ~ at the beginning without its backslash
                string match -q -- '~*' $head$each; or printf '%s\n' $head$each
            end
    end
end

function __leadbase_complete
    set -l tokens (commandline -opc)
    set -l word (commandline -ct)
    for closing in '' "'" '"'
        set -l plain (string unescape -- $word$closing); and set word $plain; and break
    end
    set -l command ''
    set -l base ''
    set -l option ''
    set -l ends ''
    for each in $tokens[2..]
        if test -n "$option"
            test $option = --base; and set base $each
            set option ''
        else if test -z "$ends" -a "$each" = --
            set ends yes
        else if test -z "$ends"; and string match -q -- '--base=*' $each
            set base (string replace -- --base= '' $each)
        else if test -z "$ends"; and string match -q -- '-*' $each
            __leadbase_takes "$command" $each >/dev/null; and set option $each
        else if test -z "$command"
            set command $each
        end
    end
    set -l argument (__leadbase_argument "$command")
    if test -n "$option"
        __leadbase_find (__leadbase_takes "$command" $option) "$base" '' "$word"
    else if test -z "$ends"; and string match -q -- '--*=*' $word
        set -l parts (string split -m 1 = -- $word)
        __leadbase_find (__leadbase_takes "$command" $parts[1]; or echo) "$base" $parts[1]= "$parts[2]"
    else if test -z "$ends"; and string match -q -- '-*' $word; and not string match -qr -- '^query -[^-]' "$argument $word"
        __leadbase_options "$command"
    else if test -z "$command"
        printf "%s\n" $__leadbase_commands
    else
        __leadbase_find "$argument" "$base" '' "$word"
    end
end

complete -c leadbase -f -a '(__leadbase_complete)'
